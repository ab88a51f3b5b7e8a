import { type Data, type DataType, Type } from 'apache-arrow';
import { valueReader } from '../arrow/index.js';

const TYPES: readonly number[] = [Type.Int, Type.Float, Type.Date, Type.Timestamp, Type.Time, Type.Duration];

/** Tells whether a type holds numbers or times, which have an order and distances. */
export const isNumberOrTime = ({ typeId }: DataType): boolean => TYPES.includes(typeId);

/**
 * Returns the values of a column of numbers or times, in its unit: 64-bit ones as distances from the first,
 * which are exact as floats if all are below 2^53, and otherwise as bigints.
 */
export function exactNumbers(data: Data): ArrayLike<number> | ArrayLike<bigint> {
  const values: unknown = data.values;
  if (data.type.typeId === Type.Float && values instanceof Uint16Array) {
    const read = valueReader(data);
    return Float64Array.from({ length: data.length }, (_, row) => read(row) as number);
  }
  if (!(values instanceof BigInt64Array) && !(values instanceof BigUint64Array)) {
    return (values as Float64Array).subarray(0, data.length);
  }
  const { buffer, byteOffset, length } = values;
  const lows = new Uint32Array(buffer as ArrayBuffer, byteOffset, length * 2);
  const High = values instanceof BigInt64Array ? Int32Array : Uint32Array;
  const highs = new High(buffer as ArrayBuffer, byteOffset, length * 2);
  const [low = 0] = lows;
  const [, high = 0] = highs;
  const distances = new Float64Array(data.length);
  let isExact = true;
  for (let row = 0; row < distances.length; row++) {
    distances[row] = (highs[2 * row + 1] - high) * 0x1_0000_0000 + (lows[2 * row] - low);
    if (Math.abs(distances[row]) >= Number.MAX_SAFE_INTEGER) isExact = false;
  }
  return isExact ? distances : values.subarray(0, data.length);
}
