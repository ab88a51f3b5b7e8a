import { type Data, type DataType, Type } from 'apache-arrow';
import {
  allocateShared,
  asBytes,
  constantWidth,
  dataOf,
  layoutOf,
  rowBytes,
  typedValues,
} from '../arrow/index.js';
import { constantBytes, constantOffsets } from './constant-offsets.js';
import type { ChunkedColumn } from './grouping.js';
import { moveRows } from './move.js';
import { scatter } from './scatter.js';
import { chunksWithin, eachChunk, validityOf } from './scatter-buffers.js';

/*
 * Scattering a column in parts that several threads can do at once. Values of a fixed width go by ranges of rows, each to places no
 * other range has. What shares bytes with its neighbours (bits) or counts on those before it (offsets) is one part.
 */

/** A part of a column's way to its places. */
export type ColumnPart =
  | {
      readonly kind: 'values';
      readonly from: number;
      readonly to: number;
      readonly width: number;
      readonly out: Uint8Array;
    }
  | { readonly kind: 'validity' }
  | { readonly kind: 'whole' };

/** What comes of a part; values go to `out`. */
export type PartResult =
  | { readonly kind: 'values' }
  | { readonly kind: 'validity'; readonly validity: Uint8Array | undefined }
  | { readonly kind: 'whole'; readonly data: Data };

/** Dictionaries inside of lists and structs: joined, they may change the type of what they are in. */
export const hasDictionaryInside = ({ children }: DataType): boolean =>
  (children ?? []).some(({ type }) => type.typeId === Type.Dictionary || hasDictionaryInside(type));

/** The parts of a column; `ranges` are of rows. */
export function columnParts(
  { type, chunks }: ChunkedColumn,
  length: number,
  ranges: readonly (readonly [from: number, to: number])[],
): ColumnPart[] {
  const width = widthOf(type, chunks);
  if (width === undefined) return [{ kind: 'whole' }];
  const out = allocateShared(length * width);
  const values = ranges.map(([from, to]) => ({ kind: 'values', from, to, width, out }) as const);
  return chunks.some((chunk) => chunk.nullCount > 0) ? [...values, { kind: 'validity' }] : values;
}

/** The bytes of every value, where all have as many. */
function widthOf(type: DataType, chunks: readonly Data[]): number | undefined {
  const layout = layoutOf(type);
  if (layout === 'fixed') return chunks.length > 0 ? rowBytes(chunks[0]) : 0;
  return layout === 'variable' ? constantWidth(chunks) : undefined;
}

/** Does one part. `places` are those of all rows, `length` is how many there are. */
export function scatterPart(
  { type, chunks }: ChunkedColumn,
  part: ColumnPart,
  places: Int32Array,
  length: number,
): PartResult {
  const target = { places, length, allocate: allocateShared };
  switch (part.kind) {
    case 'values': {
      const { from, to, width, out } = part;
      const isVariable = layoutOf(type) === 'variable';
      eachChunk(chunksWithin(chunks, from, to), places.subarray(from, to), (chunk, at) =>
        moveRows(isVariable ? constantBytes(chunk, width) : asBytes(chunk.values), at, out, width),
      );
      return { kind: 'values' };
    }
    case 'validity':
      return { kind: 'validity', validity: validityOf(chunks, target) };
    case 'whole':
      return { kind: 'whole', data: scatter(type, chunks, target) };
  }
}

/** The column, all of its parts being done. */
export function joinParts(
  type: DataType,
  length: number,
  parts: readonly ColumnPart[],
  results: readonly PartResult[],
): Data {
  const [first] = parts;
  for (const result of results) if (result.kind === 'whole') return result.data;
  const validity = results.find((result) => result.kind === 'validity')?.validity;
  if (first.kind !== 'values') throw new TypeError('a column has no parts');
  const { out, width } = first;
  const isVariable = layoutOf(type) === 'variable';
  const offsets = isVariable ? constantOffsets(type, length, width) : undefined;
  const values = isVariable ? out : typedValues(type, out);
  return dataOf(type, length, validity ? -1 : 0, { offsets, values, validity });
}
