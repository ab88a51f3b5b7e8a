import { type Data, type DataType, type Float, Precision, Type } from 'apache-arrow';
import { getBit } from './bits.js';

/**
 * Writes NaN under the nulls of a column of floats, in place; other columns stay as they are. `toArray()` of
 * apache-arrow gives what lies there, mostly 0, and the mean of that would be wrong without an error.
 */
export function writeNaNUnderNulls(data: Data): void {
  if (!isFloat(data.type) || data.nullCount === 0) return;
  const { nullBitmap, offset, length } = data;
  const values = data.values as Float64Array;
  for (let row = 0; row < length; row++) {
    if (!getBit(nullBitmap as Uint8Array, offset + row)) values[row] = Number.NaN;
  }
}

const isFloat = (type: DataType): boolean =>
  type.typeId === Type.Float && (type as Float).precision !== Precision.HALF;
