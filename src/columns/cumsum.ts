import { type Data, type Float64, type Int64, Type, type Uint64, type Vector } from 'apache-arrow';
import { dataOf, isArrowVector } from '../arrow/index.js';
import { columnData, invalid, like, missingRows } from './column.js';
import { floatData } from './diff.js';
import type { AnyColumn } from './types.js';

/** The column that `cumsum` makes. */
export type Sums<C> = C extends BigInt64Array | BigUint64Array | Float32Array
  ? C
  : C extends Vector<infer T>
    ? Vector<T extends Int64 | Uint64 ? T : Float64>
    : Float64Array;

/**
 * Returns the sum of each row and all rows before it. A missing value stays missing, and counts nothing. As
 * `series.cumsum` of pandas.
 *
 * @param column a column of numbers: of a group, an Arrow vector or an array
 * @returns a Float64Array, exact for integers up to 2^53; 64-bit integers stay what they are, and so do
 *   32-bit floats; for an Arrow vector a vector
 * @throws ApplyError `ERR_INVALID_OPTION` for a column of something else
 * @example
 * import { cumsum } from 'apply-parallel/columns';
 *
 * console.log(cumsum(Float64Array.of(3, NaN, 8)));
 * // -> Float64Array(3) [ 3, NaN, 11 ]
 */
export function cumsum<C extends AnyColumn>(column: C): Sums<C> {
  const data = columnData('cumsum', column);
  const values: unknown = data.values;
  const isHalf = data.type.typeId === Type.Float && values instanceof Uint16Array;
  if (isHalf || ![Type.Int, Type.Float, Type.Null].includes(data.type.typeId)) {
    throw invalid(`cumsum: a column of numbers is needed, got one of type ${data.type}`);
  }
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    return like(column, bigintSums(data, values)) as Sums<C>;
  }
  const out = numberSums(data, values as ArrayLike<number>);
  return (isArrowVector(column) ? like(column, floatData(out)) : out) as Sums<C>;
}

function numberSums(data: Data, values: ArrayLike<number>): Float64Array | Float32Array {
  const missing = missingRows(data);
  const out = new (values instanceof Float32Array ? Float32Array : Float64Array)(data.length);
  let sum = 0;
  for (let i = 0; i < out.length; i++) {
    if (missing?.[i] === 1) out[i] = Number.NaN;
    else {
      sum += values[i];
      out[i] = sum;
    }
  }
  return out;
}

/** Sums 64-bit integers; beyond 64 bits they wrap around, as in pandas. Nulls stay. */
function bigintSums(data: Data, values: BigInt64Array | BigUint64Array): Data {
  const missing = missingRows(data);
  const out = values.slice(0, data.length);
  let sum = 0n;
  for (let i = 0; i < out.length; i++) {
    if (missing?.[i] === 1) continue;
    sum += values[i];
    out[i] = sum;
  }
  const { nullCount, nullBitmap, offset } = data;
  if (nullCount === 0) return dataOf(data.type, data.length, 0, { values: out });
  return data.clone(data.type, offset, data.length, nullCount, [
    undefined,
    out,
    nullBitmap,
    undefined,
  ] as never);
}
