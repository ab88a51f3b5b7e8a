import type { Data, DataType, Table } from 'apache-arrow';
import { chunksOf, sliceOfWidth } from '../arrow/index.js';
import type { Cells } from '../kernel/index.js';
import type { Bins } from './factorize-bins.js';

/** A column as chunks of one type. */
export interface ChunkedColumn {
  readonly type: DataType;
  readonly chunks: readonly Data[];
  /** True for a dictionary that only encodes the values of its rows, and is no category. */
  readonly isEncoded?: boolean;
  /** Present where keys are found faster than by `chunks`, which are then made when they are asked for. */
  readonly periodKeys?: PeriodKeys;
  /** Makes `periodKeys` anew. Present where its cells are a guess, and may not have all integers. */
  settle?(): void;
  /** Present where the rows stand for the numbers of periods or bins, which `type` is the type of. */
  readonly cells?: Cells | Bins;
}

/** Keys that are periods of the integers of a column, or bins of its numbers. */
export interface PeriodKeys {
  /** The column of the numbers, with the cells or bins that they lie in. */
  readonly column: ChunkedColumn & { readonly cells: Cells | Bins };
  /** Returns the keys of some periods or bins. */
  keysOf(periods: Int32Array): Data;
}

/** Returns the column at `position` of a table, a chunk for each record batch. */
export function chunkedColumn(table: Table, position: number): ChunkedColumn {
  return {
    type: table.schema.fields[position].type,
    chunks: chunksOf(table, position),
  };
}

/** Runs `visit` on each chunk that has rows, with the entries of `places` for its rows. */
export function eachChunk(
  chunks: readonly Data[],
  places: Int32Array,
  visit: (chunk: Data, places: Int32Array) => void,
): void {
  let row = 0;
  for (const chunk of chunks) {
    if (chunk.length > 0) visit(chunk, places.subarray(row, row + chunk.length));
    row += chunk.length;
  }
}

/** Returns the chunks of rows `from` to `to`-1, without copying. */
export function chunksWithin(chunks: readonly Data[], from: number, to: number): Data[] {
  const within: Data[] = [];
  let row = 0;
  for (const chunk of chunks) {
    const first = Math.max(from - row, 0);
    const last = Math.min(to - row, chunk.length);
    if (first < last) {
      within.push(last - first === chunk.length ? chunk : sliceOfWidth(chunk, first, last - first));
    }
    row += chunk.length;
  }
  return within;
}

/** Finds chunks by row number. */
export class ChunkIndex {
  /** Chunk `k` has rows starts[k] to starts[k + 1]-1. */
  readonly starts: readonly number[];

  constructor(chunks: readonly Data[]) {
    const starts = [0];
    for (const chunk of chunks) starts.push(starts[starts.length - 1] + chunk.length);
    this.starts = starts;
  }

  /** Returns the last chunk that begins at or before `row`. */
  find(row: number): number {
    const { starts } = this;
    let low = 0;
    let high = starts.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (starts[middle] <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
