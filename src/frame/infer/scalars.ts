import { Bool, type Data, Float64, Int64, TimestampMillisecond, Uint64 } from 'apache-arrow';
import { bitmapBytes, dataOf, isDate, ValidityBuilder } from '../../arrow/index.js';
import { type InferContext, isMissing } from './context.js';
import { mixedKindsError, outOfRangeError } from './errors.js';

/** Returns a Float64 column of numbers; NaN stays NaN. */
export function numberData(values: ArrayLike<unknown>, first: number, context: InferContext): Data {
  const n = values.length;
  const out = new Float64Array(n);
  const validity = new ValidityBuilder(n);
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (typeof value === 'number') out[i] = value;
    else if (value === null || value === undefined) validity.setNull(i);
    else throw mixedKindsError(values, first, i, context);
  }
  return dataOf(new Float64(), n, validity.nulls, { values: out, validity: validity.bitmap });
}

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);
const MAX_UINT64 = 2n ** 64n - 1n;

/**
 * Returns an Int64 column of bigints, or a Uint64 column where one of them is beyond Int64 and none is
 * negative.
 */
export function bigintData(values: ArrayLike<unknown>, first: number, context: InferContext): Data {
  const n = values.length;
  const out = new BigInt64Array(n);
  const validity = new ValidityBuilder(n);
  let aboveInt64 = -1;
  let negative = -1;
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (typeof value === 'bigint') {
      // Wraps past 2^63 to the bits that a Uint64 has for the same value.
      out[i] = value;
      if (value < 0n) negative = i;
      if (value > MAX_INT64) aboveInt64 = i;
      if (value < MIN_INT64 || value > MAX_UINT64) throw outOfRangeError(value, i, context);
    } else if (isMissing(value, context)) validity.setNull(i);
    else throw mixedKindsError(values, first, i, context);
  }
  if (aboveInt64 >= 0 && negative >= 0)
    throw outOfRangeError(values[aboveInt64], aboveInt64, context, negative);
  const buffers = {
    values: aboveInt64 < 0 ? out : new BigUint64Array(out.buffer),
    validity: validity.bitmap,
  };
  return dataOf(aboveInt64 < 0 ? new Int64() : new Uint64(), n, validity.nulls, buffers);
}

/** Returns a Bool column. */
export function booleanData(values: ArrayLike<unknown>, first: number, context: InferContext): Data {
  const n = values.length;
  const out = new Uint8Array(bitmapBytes(n));
  const validity = new ValidityBuilder(n);
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (value === true) out[i >>> 3] |= 1 << (i & 7);
    else if (value === false) continue;
    else if (isMissing(value, context)) validity.setNull(i);
    else throw mixedKindsError(values, first, i, context);
  }
  return dataOf(new Bool(), n, validity.nulls, { values: out, validity: validity.bitmap });
}

/** Returns a column of timestamps in milliseconds; null where a Date is invalid. */
export function dateData(values: ArrayLike<unknown>, first: number, context: InferContext): Data {
  const n = values.length;
  const out = new BigInt64Array(n);
  // Writes two 32-bit halves, so that no bigint is made per row.
  const words = new Int32Array(out.buffer);
  const validity = new ValidityBuilder(n);
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (isDate(value)) {
      const ms = value.getTime();
      if (Number.isNaN(ms)) validity.setNull(i);
      else {
        words[2 * i] = ms | 0;
        words[2 * i + 1] = Math.floor(ms / 2 ** 32);
      }
    } else if (isMissing(value, context)) validity.setNull(i);
    else throw mixedKindsError(values, first, i, context);
  }
  return dataOf(new TimestampMillisecond(), n, validity.nulls, { values: out, validity: validity.bitmap });
}
