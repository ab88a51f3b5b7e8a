import {
  type Data,
  type DataType,
  type Dictionary,
  type Float,
  Float32,
  type Int,
  Int8,
  Int16,
  Int32,
  Int64,
  Precision,
  Type,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
} from 'apache-arrow';
import { getBit } from './bits.js';
import { dataOf } from './layout.js';

/** Sorted by width; of one width, the signed type comes first. */
const integers: readonly { type: () => Int; min: bigint; max: bigint }[] = [8, 16, 32, 64].flatMap(
  (bits, k) => [
    {
      type: () => new [Int8, Int16, Int32, Int64][k](),
      min: -(2n ** BigInt(bits - 1)),
      max: 2n ** BigInt(bits - 1) - 1n,
    },
    { type: () => new [Uint8, Uint16, Uint32, Uint64][k](), min: 0n, max: 2n ** BigInt(bits) - 1n },
  ],
);

/**
 * Returns the smallest integer type for values from `min` to `max`; of two of one width, that with the sign
 * of `from`.
 */
function smallestInt(min: bigint, max: bigint, from: Int): Int {
  const fitting = integers.filter((each) => each.min <= min && each.max >= max).map(({ type }) => type());
  const narrowest = fitting.filter((type) => type.bitWidth === fitting[0].bitWidth);
  const best = narrowest.find((type) => type.isSigned === from.isSigned) ?? narrowest[0];
  return best.bitWidth < from.bitWidth ? best : from;
}

/** Returns the smallest type that holds every value of a numeric column exactly, or the column's own type. */
export function smallestType(type: DataType, chunks: readonly Data[]): DataType {
  if (type.typeId === Type.Int) {
    const [min, max] = range(chunks);
    return smallestInt(min, max, type as Int);
  }
  const isDouble = type.typeId === Type.Float && (type as Float).precision === Precision.DOUBLE;
  return isDouble && chunks.every(fitsFloat32) ? new Float32() : type;
}

function range(chunks: readonly Data[]): [min: bigint, max: bigint] {
  const words = rangeOfSmallWords(chunks);
  if (words) return words;
  let min: number | bigint = 0;
  let max: number | bigint = 0;
  let isFirst = true;
  for (const chunk of chunks) {
    const values = chunk.values as unknown as ArrayLike<number | bigint>;
    const validity = chunk.nullCount > 0 ? (chunk.nullBitmap as Uint8Array) : undefined;
    for (let i = 0; i < chunk.length; i++) {
      if (validity && !getBit(validity, chunk.offset + i)) continue;
      const value = values[i];
      if (isFirst || value < min) min = value;
      if (isFirst || value > max) max = value;
      isFirst = false;
    }
  }
  return [BigInt(min), BigInt(max)];
}

/**
 * Returns the range of 64-bit integers that all have their upper half empty but for the sign; undefined for
 * others. Reading halves is several times faster than reading bigints.
 */
function rangeOfSmallWords(chunks: readonly Data[]): [min: bigint, max: bigint] | undefined {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const { values, length, nullCount, nullBitmap, offset } of chunks) {
    if (!(values instanceof BigInt64Array)) return undefined;
    const words = new Int32Array(values.buffer, values.byteOffset, length * 2);
    for (let i = 0; i < length; i++) {
      if (nullCount > 0 && !getBit(nullBitmap as Uint8Array, offset + i)) continue;
      const low = words[2 * i];
      if (words[2 * i + 1] !== low >> 31) return undefined;
      if (low < min) min = low;
      if (low > max) max = low;
    }
  }
  return min > max ? [0n, 0n] : [BigInt(min), BigInt(max)];
}

/**
 * Tells whether all values survive as 32-bit floats. The payload of a NaN may change, and values of null rows
 * do not count.
 */
function fitsFloat32({ values, length, nullCount, nullBitmap, offset }: Data): boolean {
  for (let i = 0; i < length; i++) {
    const value = (values as Float64Array)[i];
    if (Object.is(Math.fround(value), value)) continue;
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
    copyLowWords(words, out as unknown as { [row: number]: number });
    return withNulls(data, type, out);
  }
  const convert: (value: number | bigint) => number | bigint =
    numbers.ArrayType.BYTES_PER_ELEMENT === 8 && numbers.typeId === Type.Int ? BigInt : Number;
  for (let i = 0; i < data.length; i++) out[i] = convert(source[i]);
  return withNulls(data, type, out);
}

/** Copies the lower halves of 64-bit integers; the memory of the target cuts off what does not fit. */
function copyLowWords(words: Int32Array, out: { [row: number]: number }): void {
  for (let i = 0, at = 0; at < words.length; i++, at += 2) out[i] = words[at];
}

function withNulls(data: Data, type: DataType, values: ArrayBufferView): Data {
  const narrow = dataOf(type, data.length, 0, { values }, { dictionary: data.dictionary });
  if (data.nullCount === 0) return narrow;
  const buffers = [undefined, values, data.nullBitmap, undefined] as never;
  const nullable = narrow.clone(type, data.offset, data.length, data.nullCount, buffers);
  nullable.dictionary = data.dictionary;
  return nullable;
}
