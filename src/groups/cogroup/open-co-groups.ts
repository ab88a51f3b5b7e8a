import type { Spill } from '../../files/index.js';
import {
  bytesOfGroups,
  COPIES,
  dealOut,
  estimatedBytes,
  type OpenOptions,
  type RangedGroups,
  type RangedSide,
  rangedGroups,
  rangesOf,
  readWhole,
  sideOf,
  spillGroups,
  unitBytesOf,
} from '../datasets/index.js';
import { GroupBy, type GroupbyParts } from '../groupby.js';
import { CoGroup } from './co-group.js';
import { frameBytes, frameSideOf } from './frame-side.js';
import { type JointRowGroups, numRowsOf } from './joint-groups.js';
import type { CogroupOptions } from './options.js';
import type { Side } from './sides.js';

/** Groups of frames and data sets, in memory or in files. */
export type OpenedCoGroups =
  | { readonly kind: 'whole'; readonly grouped: CoGroup<readonly unknown[]> }
  | ({ readonly kind: 'spilled' } & RangedGroups);

/** Frames and data sets that are grouped together. */
export interface SidesToOpen {
  readonly sides: readonly Side[];
  readonly options: Required<CogroupOptions>;
  groups(unitBytes: number, options: Omit<OpenOptions, 'memoryLimit' | 'spillTo'>): Promise<JointRowGroups>;
}

/**
 * Reads the data sets into memory if all sides fit below the limit, and else deals the rows of data sets out
 * to files, by the same runs of groups on all sides. The caller removes these.
 */
export async function openCoGroups(given: SidesToOpen, options: OpenOptions): Promise<OpenedCoGroups> {
  const { sides } = given;
  const { memoryLimit } = options;
  const estimated: number[] = [];
  for (const side of sides) estimated.push(await bytesOfSide(side));
  if (memoryFor(sides, estimated) <= memoryLimit) return readAll(given, options);
  const groups = await given.groups(unitBytesOf(memoryLimit), options);
  const bytes = groups.sides.map((side, k) =>
    side.kind === 'frame' ? estimated[k] : bytesOfGroups(side.groups, estimated[k]),
  );
  if (memoryFor(sides, bytes) <= memoryLimit) return readAll(given, options);
  return spillAll(groups, bytes, options);
}

const bytesOfSide = (side: Side): number | Promise<number> =>
  side.kind === 'frame' ? frameBytes(side.parts.table) : estimatedBytes(side.grouped.parts.dataset);

/** Returns the memory that a call takes: that of frames is taken already, but for the copy by groups. */
const memoryFor = (sides: readonly Side[], bytes: readonly number[]): number =>
  sides.reduce((sum, side, k) => sum + bytes[k] * (side.kind === 'frame' ? 1 : COPIES), 0);

async function readAll({ sides, options: how }: SidesToOpen, options: OpenOptions): Promise<OpenedCoGroups> {
  const frames: GroupbyParts[] = [];
  for (const side of sides) {
    const isFrame = side.kind === 'frame';
    frames.push(isFrame ? side.parts : GroupBy.parts(await readWhole(side.grouped.parts, options)));
  }
  return { kind: 'whole', grouped: new CoGroup(frames, how) };
}

async function spillAll(
  groups: JointRowGroups,
  bytes: readonly number[],
  options: OpenOptions,
): Promise<OpenedCoGroups> {
  const { sides } = groups;
  const { memoryLimit, workers } = options;
  const rowBytes = sides.map((side, k) => bytes[k] / Math.max(1, numRowsOf(side)));
  const bytesOf = (group: number) => sides.reduce((sum, { sizes }, k) => sum + sizes[group] * rowBytes[k], 0);
  const buckets = dealOut(groups, { bytesOf, limit: memoryLimit, workers });
  const spills: (Spill | undefined)[] = [];
  try {
    const opened: RangedSide[] = [];
    for (const [k, side] of sides.entries()) {
      if (side.kind === 'frame') {
        spills.push(undefined);
        opened.push(frameSideOf(side, buckets.groups));
        continue;
      }
      const { starts } = side;
      const placed = rowBytes[k] * starts[groups.count];
      const rows = { ...side.groups, starts, count: groups.count };
      const spill = await spillGroups(rows, placed, buckets, options);
      spills.push(spill);
      opened.push(sideOf(spill, side, workers));
    }
    const bytesIn = (bucket: number) => {
      const [begin, end] = buckets.groups.slice(bucket, bucket + 2);
      const each = sides.map(({ starts }, k) => {
        const rows = Math.max(1, starts[end] - starts[begin]);
        return (spills[k]?.bytesOf(bucket) ?? rowBytes[k] * rows) / rows;
      });
      return (group: number) => sides.reduce((sum, { sizes }, k) => sum + sizes[group] * each[k], 0);
    };
    const ranges = rangesOf(groups, buckets, bytesIn, memoryLimit);
    return { kind: 'spilled', ...rangedGroups(groups, opened, ranges, memoryLimit) };
  } catch (error) {
    for (const spill of spills) await spill?.remove();
    throw error;
  }
}
