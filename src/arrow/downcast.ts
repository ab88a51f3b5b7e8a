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
import { concatValidity } from './concat-buffers.js';
import { dataOf, typedValues } from './layout.js';
import { allocateShared } from './memory.js';

/** Sorted by width; of one width, the signed type comes first. */
const integers: readonly { type: () => Int; min: number; max: number }[] = [8, 16, 32, 64].flatMap(
  (bits, k) => [
    {
      type: () => new [Int8, Int16, Int32, Int64][k](),
      min: -(2 ** (bits - 1)),
      max: 2 ** (bits - 1) - 1,
    },
    { type: () => new [Uint8, Uint16, Uint32, Uint64][k](), min: 0, max: 2 ** bits - 1 },
  ],
);

/**
 * Returns the smallest integer type for values from `min` to `max`; of two of one width, that with the sign
 * of `from`.
 */
function smallestInt(min: number, max: number, from: Int): Int {
  const fitting = integers.filter((each) => each.min <= min && each.max >= max).map(({ type }) => type());
  const narrowest = fitting.filter((type) => type.bitWidth === fitting[0].bitWidth);
  const best = narrowest.find((type) => type.isSigned === from.isSigned) ?? narrowest[0];
  return best.bitWidth < from.bitWidth ? best : from;
}

/** Returns the smallest type that holds every value of a numeric column exactly, or the column's own type. */
export function smallestType(type: DataType, chunks: readonly Data[]): DataType {
  if (type.typeId === Type.Int) {
    const range = new IntRange(type as Int);
    return chunks.every((chunk) => range.add(chunk)) ? range.smallestType() : type;
  }
  const isDouble = type.typeId === Type.Float && (type as Float).precision === Precision.DOUBLE;
  return isDouble && chunks.every(fitsFloat32) ? new Float32() : type;
}

/** Rows that are looked at before the range so far is compared with the type's own. */
const BLOCK_ROWS = 16_384;

/** The range of a column of integers. It ends as soon as no smaller type can hold it. */
class IntRange {
  readonly #type: Int;
  /** The least and the greatest value so far; 0 if there is none. */
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  constructor(type: Int) {
    this.#type = type;
  }

  /** Adds a chunk; returns false if a value needs the type's own width. */
  add(chunk: Data): boolean {
    if (this.#type.bitWidth === 8) return false;
    for (let from = 0; from < chunk.length; from += BLOCK_ROWS) {
      const to = Math.min(chunk.length, from + BLOCK_ROWS);
      const isSmall =
        this.#type.bitWidth === 64 ? this.#addWords(chunk, from, to) : this.#add(chunk, from, to);
      if (!isSmall || this.smallestType() === this.#type) return false;
    }
    return true;
  }

  smallestType(): Int {
    const [min, max] = this.#min > this.#max ? [0, 0] : [this.#min, this.#max];
    return smallestInt(min, max, this.#type);
  }

  #add({ values, nullCount, nullBitmap, offset }: Data, from: number, to: number): boolean {
    const numbers = values as Int32Array;
    const valid = nullCount > 0 ? (nullBitmap as Uint8Array) : undefined;
    let min = this.#min;
    let max = this.#max;
    for (let i = from; i < to; i++) {
      if (valid !== undefined && !getBit(valid, offset + i)) continue;
      const value = numbers[i];
      if (value < min) min = value;
      if (value > max) max = value;
    }
    this.#min = min;
    this.#max = max;
    return true;
  }

  /** Reads 64-bit integers in halves, which is several times faster than reading bigints. */
  #addWords({ values, nullCount, nullBitmap, offset }: Data, from: number, to: number): boolean {
    const { buffer, byteOffset } = values as BigInt64Array;
    const words = new Int32Array(buffer, byteOffset, to * 2);
    const isUnsigned = !this.#type.isSigned;
    const valid = nullCount > 0 ? (nullBitmap as Uint8Array) : undefined;
    let min = this.#min;
    let max = this.#max;
    for (let i = from; i < to; i++) {
      if (valid !== undefined && !getBit(valid, offset + i)) continue;
      const low = words[2 * i];
      const high = words[2 * i + 1];
      // The upper half of most small values repeats the sign of the lower one.
      const isLarge = high !== low >> 31;
      if (isLarge ? high !== 0 : isUnsigned && high < 0) return false;
      if (isLarge) max = Math.max(max, low >>> 0);
      else if (low > max) max = low;
      if (low < min) min = isLarge ? Math.min(min, low >>> 0) : low;
    }
    this.#min = min;
    this.#max = max;
    return true;
  }
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
    copyLowWords(words, out as unknown as { [row: number]: number });
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
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const bytes = allocateShared(length * type.ArrayType.BYTES_PER_ELEMENT);
  const values = typedValues(type, bytes) as unknown as Int32Array;
  let row = 0;
  for (const chunk of chunks) {
    narrowInto(chunk, values.subarray(row, row + chunk.length));
    row += chunk.length;
  }
  const { nullCount, validity } = concatValidity(chunks, length, allocateShared);
  return dataOf(type, length, nullCount, { values, validity });
}

/** Has the engine convert whole blocks: its loops know both types, a loop here would meet many. */
function narrowInto({ values, length }: Data, out: Int32Array): void {
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) {
    out.set((values as Int32Array).subarray(0, length));
    return;
  }
  const words = new Int32Array(values.buffer, values.byteOffset, length * 2);
  const block = new Int32Array(Math.min(length, BLOCK_ROWS));
  for (let from = 0; from < length; from += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, length - from);
    for (let i = 0, at = 2 * from; i < rows; i++, at += 2) block[i] = words[at];
    out.set(block.subarray(0, rows), from);
  }
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
