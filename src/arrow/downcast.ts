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

/** Ascending by width; of one width, signed first. */
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

/** The smallest integer type for values from `min` to `max`; of two of one width that of the sign there is. */
function smallestInt(min: bigint, max: bigint, from: Int): Int {
  const fitting = integers.filter((each) => each.min <= min && each.max >= max).map(({ type }) => type());
  const narrowest = fitting.filter((type) => type.bitWidth === fitting[0].bitWidth);
  const best = narrowest.find((type) => type.isSigned === from.isSigned) ?? narrowest[0];
  return best.bitWidth < from.bitWidth ? best : from;
}

/** The smallest type that holds every value of a column of numbers exactly: the column's own where there is no smaller. */
export function smallestType(type: DataType, chunks: readonly Data[]): DataType {
  if (type.typeId === Type.Int) {
    const [min, max] = range(chunks);
    return smallestInt(min, max, type as Int);
  }
  const isDouble = type.typeId === Type.Float && (type as Float).precision === Precision.DOUBLE;
  return isDouble && chunks.every(fitsFloat32) ? new Float32() : type;
}

function range(chunks: readonly Data[]): [min: bigint, max: bigint] {
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

/** NaN is NaN in either; of all others, every bit must come back. What lies under a null does not count. */
function fitsFloat32({ values, length, nullCount, nullBitmap, offset }: Data): boolean {
  for (let i = 0; i < length; i++) {
    const value = (values as Float64Array)[i];
    if (Object.is(Math.fround(value), value)) continue;
    if (nullCount > 0 && !getBit(nullBitmap as Uint8Array, offset + i)) continue;
    return false;
  }
  return true;
}

/** A chunk of numbers, or of dictionary indices, as `type`, which holds all its values. */
export function downcastData(data: Data, type: DataType): Data {
  const numbers = type.typeId === Type.Dictionary ? (type as Dictionary).indices : type;
  const source = data.values as unknown as ArrayLike<number | bigint>;
  const out = new numbers.ArrayType(data.length) as { [row: number]: number | bigint } & ArrayBufferView;
  // What lies under a null may be anything; it is cut off.
  const convert: (value: number | bigint) => number | bigint =
    numbers.ArrayType.BYTES_PER_ELEMENT === 8 && numbers.typeId === Type.Int ? BigInt : Number;
  for (let i = 0; i < data.length; i++) out[i] = convert(source[i]);
  const narrow = dataOf(type, data.length, 0, { values: out }, { dictionary: data.dictionary });
  if (data.nullCount === 0) return narrow;
  const buffers = [undefined, out, data.nullBitmap, undefined] as never;
  const withNulls = narrow.clone(type, data.offset, data.length, data.nullCount, buffers);
  withNulls.dictionary = data.dictionary;
  return withNulls;
}
