import { type Data, type DataType, Type } from 'apache-arrow';
import {
  type Allocate,
  asBytes,
  constantWidth,
  dataOf,
  layoutOf,
  rowBytes,
  typedValues,
} from '../arrow/index.js';
import { type ChunkedColumn, ChunkIndex } from './chunked-column.js';
import { spentLimits } from './codes-memory.js';
import { type ConstantOffsets, constantBytes } from './constant-offsets.js';
import type { Grouping } from './grouping.js';

/** Groups with fewer rows on average are moved row by row, which costs less than a start for each group. */
const MANY_ROWS = 256;
/** The same for tables in which a filled column gets the memory of the places. */
const MANY_ROWS_OF_LARGE = 64;

/** A key column whose rows all have `width` bytes, which are the same in all rows of a group. */
export interface RepeatedKeys extends ChunkedColumn {
  readonly width: number;
}

/**
 * Returns how to fill a column of the table instead of moving it. Returns undefined if it is none of the
 * columns that the table is grouped by, if rows of a group may differ, and where moving is as fast.
 */
export function repeatedKeys(
  { type, chunks }: ChunkedColumn,
  { starts, numGroups }: Grouping,
  keys: readonly ChunkedColumn[],
): RepeatedKeys | undefined {
  const isKey = keys.some(
    (key) =>
      key.periodKeys === undefined &&
      key.chunks.length === chunks.length &&
      key.chunks.every((chunk, k) => chunk === chunks[k]),
  );
  const many = starts[numGroups] < spentLimits.rows ? MANY_ROWS : MANY_ROWS_OF_LARGE;
  if (!isKey || starts[numGroups] < numGroups * many) return undefined;
  if (chunks.some((chunk) => chunk.nullCount > 0)) return undefined;
  const width = widthOf(type, chunks);
  return width === undefined ? undefined : { type, chunks, width };
}

/** Makes the shards of a key column: all rows of a group have the bytes of its first one. */
export function repeatKeys(
  { type, chunks, width }: RepeatedKeys,
  { starts, firstRows, numGroups }: Grouping,
  allocate: Allocate,
  constantOffsets: ConstantOffsets,
): Data {
  const length = starts[numGroups];
  const isVariable = layoutOf(type) === 'variable';
  const index = new ChunkIndex(chunks);
  const bytes = allocate(length * width);
  for (let group = 0; group < numGroups; group++) {
    const row = firstRows[group];
    if (row < 0) continue;
    const k = index.find(row);
    const at = (row - index.starts[k]) * width;
    const source = isVariable ? constantBytes(chunks[k], width) : asBytes(chunks[k].values);
    const out = bytes.subarray(starts[group] * width, starts[group + 1] * width);
    repeat(source.subarray(at, at + width), out);
  }
  if (!isVariable) return dataOf(type, length, 0, { values: typedValues(type, bytes) });
  return dataOf(type, length, 0, { offsets: constantOffsets.get(type, length, width), values: bytes });
}

/**
 * Returns the bytes of a key; undefined if keys differ in length, or if equal keys may differ in their bytes:
 * floats, as 0 equals -0, and dictionaries, which may have a value twice.
 */
function widthOf(type: DataType, chunks: readonly Data[]): number | undefined {
  const layout = layoutOf(type);
  if (layout === 'variable') return constantWidth(chunks);
  return layout === 'fixed' && type.typeId !== Type.Float && chunks.length > 0
    ? rowBytes(chunks[0])
    : undefined;
}

/** Fills `out` with copies of `key`, each time twice as many. */
function repeat(key: Uint8Array, out: Uint8Array): void {
  out.set(key);
  for (let filled = key.length; filled > 0 && filled < out.length; filled *= 2) {
    out.copyWithin(filled, 0, Math.min(filled, out.length - filled));
  }
}
