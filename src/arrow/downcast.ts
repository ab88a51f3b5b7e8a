import {
  type Data,
  type DataType,
  type Dictionary,
  type Float,
  Float32,
  type Int,
  Precision,
  Type,
} from 'apache-arrow';
import { getBit } from './bits.js';
import { concatValidity, rowsIn } from './concat-buffers.js';
import { IntRange } from './int-range.js';
import { dataOf, typedValues } from './layout.js';
import { allocateShared } from './memory.js';
import { type Narrow, narrowInto, narrowWords } from './narrow-words.js';

/** Returns the smallest type that holds every value of a numeric column exactly, or the column's own type. */
export function smallestType(type: DataType, chunks: readonly Data[]): DataType {
  if (type.typeId === Type.Int) {
    const range = new IntRange(type as Int);
    return chunks.every((chunk) => range.add(chunk)) ? range.smallestType() : type;
  }
  const isDouble = type.typeId === Type.Float && (type as Float).precision === Precision.DOUBLE;
  return isDouble && chunks.every(fitsFloat32) ? new Float32() : type;
}

/**
 * Tells whether all values survive as 32-bit floats. The payload of a NaN may change, and values of null rows
 * do not count.
 */
function fitsFloat32({ values, length, nullCount, nullBitmap, offset }: Data): boolean {
  const numbers = values as Float64Array;
  for (let i = 0; i < length; i++) {
    const value = numbers[i];
    if (Math.fround(value) === value || Number.isNaN(value)) continue;
    if (nullCount > 0 && !getBit(nullBitmap as Uint8Array, offset + i)) continue;
    return false;
  }
  return true;
}

/** Converts a chunk of numbers or dictionary indices to `type`, which must hold all its values. */
export function downcastData(data: Data, type: DataType): Data {
  const numbers = type.typeId === Type.Dictionary ? (type as Dictionary).indices : type;
  const source = data.values as unknown as ArrayLike<number | bigint>;
  const out = new numbers.ArrayType(data.length) as { [row: number]: number | bigint } & ArrayBufferView;
  // Null rows may hold a value that does not fit; it is cut off.
  if (data.values instanceof BigInt64Array && numbers.ArrayType.BYTES_PER_ELEMENT < 8) {
    const words = new Int32Array(data.values.buffer, data.values.byteOffset, data.length * 2);
    narrowWords(words, 2, out as unknown as Narrow);
    return withNulls(data, type, out);
  }
  const convert: (value: number | bigint) => number | bigint =
    numbers.ArrayType.BYTES_PER_ELEMENT === 8 && numbers.typeId === Type.Int ? BigInt : Number;
  for (let i = 0; i < data.length; i++) out[i] = convert(source[i]);
  return withNulls(data, type, out);
}

/**
 * Joins chunks of numbers to one piece of shared memory. `type` is narrower than theirs, and must hold all
 * their values.
 */
export function joinNarrowed(type: Int | Float, chunks: readonly Data[]): Data {
  const length = rowsIn(chunks);
  const bytes = allocateShared(length * type.ArrayType.BYTES_PER_ELEMENT);
  const values = typedValues(type, bytes) as unknown as Int32Array;
  let row = 0;
  for (const chunk of chunks) {
    narrowInto(chunk, values.subarray(row, row + chunk.length) as Narrow);
    row += chunk.length;
  }
  const { nullCount, validity } = concatValidity(chunks, length, allocateShared);
  return dataOf(type, length, nullCount, { values, validity });
}

function withNulls(data: Data, type: DataType, values: ArrayBufferView): Data {
  const narrow = dataOf(type, data.length, 0, { values }, { dictionary: data.dictionary });
  if (data.nullCount === 0) return narrow;
  const buffers = [undefined, values, data.nullBitmap, undefined] as never;
  const nullable = narrow.clone(type, data.offset, data.length, data.nullCount, buffers);
  nullable.dictionary = data.dictionary;
  return nullable;
}
