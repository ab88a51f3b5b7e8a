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
import { type ChunkedColumn, chunksWithin, eachChunk } from './chunked-column.js';
import {
  type ConstantOffsets,
  constantBytes,
  fillConstantOffsets,
  typedOffsets,
} from './constant-offsets.js';
import { moveRows } from './move.js';
import { scatter } from './scatter.js';
import { validityOf } from './scatter-buffers.js';

/*
 * Scattering a column in parts that several threads do at once. Values of a fixed width go by ranges of rows,
 * which write to disjoint places. A column whose values share bytes (bits) or depend on earlier ones
 * (offsets) is one part.
 */

export type RowRange = readonly [from: number, to: number];

/** One part of scattering a column. A part that has `out` writes its result there. */
export type ColumnPart =
  /** The values of rows `from` to `to`-1. */
  | {
      readonly kind: 'values';
      readonly from: number;
      readonly to: number;
      readonly width: number;
      readonly out: Uint8Array;
    }
  /** The offsets of places `from` to `to`-1. */
  | {
      readonly kind: 'offsets';
      readonly from: number;
      readonly to: number;
      readonly width: number;
      readonly out: Uint8Array;
    }
  | { readonly kind: 'validity' }
  /** Everything at once. */
  | { readonly kind: 'whole' };

/** The result of a part. */
export type PartResult =
  | { readonly kind: 'values' | 'offsets' }
  | { readonly kind: 'validity'; readonly validity: Uint8Array | undefined }
  | { readonly kind: 'whole'; readonly data: Data };

/** The parts of a column, and the memory they fill; no memory if the column is one part. */
export interface ColumnPlan {
  readonly parts: readonly ColumnPart[];
  readonly values?: Uint8Array;
  readonly offsets?: Uint8Array;
}

/**
 * Tells whether a list or struct type contains dictionaries. Joining these may widen their indices, and so
 * change the type.
 */
export const hasDictionaryInside = ({ children }: DataType): boolean =>
  (children ?? []).some(({ type }) => type.typeId === Type.Dictionary || hasDictionaryInside(type));

/** Divides the scattering of a column by `ranges`, which cover its rows. `length` is the number of places. */
export function columnParts(
  { type, chunks }: ChunkedColumn,
  length: number,
  ranges: readonly RowRange[],
  constantOffsets: ConstantOffsets,
): ColumnPlan {
  const width = widthOf(type, chunks);
  if (width === undefined) return { parts: [{ kind: 'whole' }] };
  const values = allocateShared(length * width);
  const parts: ColumnPart[] = ranges.map(([from, to]) => ({ kind: 'values', from, to, width, out: values }));
  if (chunks.some((chunk) => chunk.nullCount > 0)) parts.push({ kind: 'validity' });
  if (layoutOf(type) !== 'variable') return { parts, values };
  const { bytes: offsets, isNew } = constantOffsets.take(type, length, width);
  // There are never more places than rows, so the ranges cover the places too.
  const clipped = ranges.map(([from, to]) => ({ from: Math.min(from, length), to: Math.min(to, length) }));
  if (isNew)
    parts.push(...clipped.map((range) => ({ kind: 'offsets', ...range, width, out: offsets }) as const));
  return { parts, values, offsets };
}

/** Returns the bytes of one value; undefined if values differ in length. */
function widthOf(type: DataType, chunks: readonly Data[]): number | undefined {
  const layout = layoutOf(type);
  if (layout === 'fixed') return chunks.length > 0 ? rowBytes(chunks[0]) : 0;
  return layout === 'variable' ? constantWidth(chunks) : undefined;
}

/** Does one part. `places` has every row of the column, `length` is the number of places. */
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
    case 'offsets':
      fillConstantOffsets(type, part.out, part.from, part.to, part.width);
      return { kind: 'offsets' };
    case 'validity':
      return { kind: 'validity', validity: validityOf(chunks, target) };
    case 'whole':
      return { kind: 'whole', data: scatter(type, chunks, target) };
  }
}

/** Makes the column from the results of all its parts. */
export function joinParts(
  type: DataType,
  length: number,
  { values, offsets }: ColumnPlan,
  results: readonly PartResult[],
): Data {
  for (const result of results) if (result.kind === 'whole') return result.data;
  if (values === undefined) throw new TypeError('a column has no parts');
  const validity = results.find((result) => result.kind === 'validity')?.validity;
  return dataOf(type, length, validity ? -1 : 0, {
    offsets: offsets && typedOffsets(type, offsets),
    values: offsets ? values : typedValues(type, values),
    validity,
  });
}
