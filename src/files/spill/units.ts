import type { PartRows } from '../format.js';
import type { PartReader } from '../part-reader.js';
import type { TaskPart } from '../read-task.js';

/** A run of parts that one thread reads at once: parts `from` to `to`-1. */
export interface Unit {
  readonly from: number;
  readonly to: number;
  /** About how many bytes its rows take in memory. */
  readonly bytes: number;
}

/** Joins small parts to units of up to `most` bytes. A larger part is a unit of its own. */
export function unitsOf(parts: readonly TaskPart[], most: number): Unit[] {
  const units: Unit[] = [];
  parts.forEach(({ bytes }, at) => {
    const last = units.at(-1);
    if (last && last.bytes + bytes <= most) {
      units[units.length - 1] = { from: last.from, to: at + 1, bytes: last.bytes + bytes };
    } else {
      units.push({ from: at, to: at + 1, bytes });
    }
  });
  return units;
}

/** Reads the parts of a unit, one after the other. */
export async function readUnit(reader: PartReader, { from, to }: Unit): Promise<PartRows[]> {
  const batches: PartRows[] = [];
  for (let part = from; part < to; part++) batches.push(await reader.read(part));
  return batches;
}
