import { type Data, DataType } from 'apache-arrow';
import {
  allocateShared,
  bitmapBytes,
  dataOf,
  describeData,
  describeType,
  isSharedData,
  reviveData,
  typedValues,
  type WireData,
} from '../arrow/index.js';
import { gather, hasDictionaryInside, widthToGather } from '../split/index.js';
import type { GatherPart, RowRange, SplitResults } from './split-kernel.js';
import { inSharedMemory, rangesFor, runParts } from './split-parts.js';

/** A column that workers bring to the order of the rows, and how its parts become one. */
interface GatherMove {
  readonly parts: readonly GatherPart[];
  finish(results: readonly SplitResults['gather'][]): Data;
}

/**
 * Brings results to the order of the rows in workers, range of rows by range. This thread does meanwhile what
 * they cannot: columns in ordinary memory, and dictionaries inside others.
 */
export class ParallelRows {
  readonly #workers: number;
  readonly #signal: AbortSignal;

  constructor(workers: number, signal: AbortSignal) {
    this.#workers = workers;
    this.#signal = signal;
  }

  /** Brings columns in group order to the order of the rows; `places` is a permutation of the rows. */
  async gather(columns: readonly Data[], given: Int32Array): Promise<Data[]> {
    const places = inSharedMemory(given);
    const moves = columns.map((data) => this.#moveOf(data, places.length));
    const parts = moves.flatMap((move) => move?.parts ?? []);
    // Whole columns first: they take longest, and must not begin when all else is done.
    const order = parts.map((_, k) => k).sort((a, b) => wholeness(parts[b]) - wholeness(parts[a]));
    const sorted = order.map((k) => parts[k]);
    const spans = sorted.map(
      (part): RowRange => ('from' in part ? [part.from, part.to] : [0, places.length]),
    );
    const task = { stage: 'gather', places, parts: sorted } as const;
    const isTheirs = parts.length > 0;
    const running = isTheirs ? runParts<'gather'>(task, spans, this.#workers, this.#signal) : undefined;
    // Prevents an unhandled rejection; awaited below.
    running?.catch(() => {});
    const made = columns.map((data, k) => (moves[k] ? undefined : gather(data, places, allocateShared)));
    const results: SplitResults['gather'][] = new Array(parts.length);
    for (const [at, result] of ((await running) ?? []).entries()) results[order[at]] = result;
    let at = 0;
    return moves.map((move, k) => {
      if (move === undefined) return made[k] as Data;
      const own = results.slice(at, at + move.parts.length);
      at += move.parts.length;
      return move.finish(own);
    });
  }

  /** Returns how workers move a column; undefined if they cannot. */
  #moveOf(data: Data, length: number): GatherMove | undefined {
    const { type, dictionary, nullBitmap } = data;
    const width = widthToGather(data);
    const isDictionary = DataType.isDictionary(type);
    if (width === undefined) {
      if (isDictionary || hasDictionaryInside(type) || !isSharedData(data)) return undefined;
      return {
        parts: [{ kind: 'whole', type: describeType(type), data: describeData(data) }],
        finish: ([made]) => reviveData(type, made as WireData),
      };
    }
    if (!(data.values.buffer instanceof SharedArrayBuffer)) return undefined;
    const values = allocateShared(length * width);
    const hasNulls = data.nullCount > 0;
    const validity = hasNulls ? allocateShared(bitmapBytes(length)) : undefined;
    const bits = hasNulls ? sharedBytes(nullBitmap as Uint8Array) : undefined;
    const rows = { source: data.values, bits, offset: data.offset, width, values, validity };
    return {
      parts: rangesFor(this.#workers, length).map(([from, to]) => ({ kind: 'rows', from, to, ...rows })),
      finish: () =>
        dataOf(type, length, data.nullCount, { values: typedValues(type, values), validity }, { dictionary }),
    };
  }
}

const wholeness = ({ kind }: GatherPart): number => Number(kind === 'whole');

function sharedBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const copy = allocateShared(bytes.byteLength);
  copy.set(bytes);
  return copy;
}
