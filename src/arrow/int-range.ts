import { type Data, type Int, Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64 } from 'apache-arrow';
import { getBit } from './bits.js';

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

/** Rows that are looked at before the range so far is compared with the type's own. */
const BLOCK_ROWS = 16_384;

/** The range of a column of integers. It ends as soon as no smaller type can hold it. */
export class IntRange {
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
      const [min, max] = [this.#min, this.#max];
      const isSmall =
        this.#type.bitWidth === 64 ? this.#addWords(chunk, from, to) : this.#add(chunk, from, to);
      const isWider = this.#min !== min || this.#max !== max;
      if (!isSmall || (isWider && this.smallestType() === this.#type)) return false;
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
    if (valid === undefined) {
      const range = rangeOfWords(words, from);
      if (range !== undefined && !(isUnsigned && range.min < 0)) {
        this.#min = Math.min(this.#min, range.min);
        this.#max = Math.max(this.#max, range.max);
        return true;
      }
    }
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

/** Returns the range of 64-bit integers from row `from` on; undefined if one of them exceeds 32 bits. */
function rangeOfWords(words: Int32Array, from: number): { min: number; max: number } | undefined {
  let min = words[2 * from];
  let max = min;
  let excess = 0;
  for (let at = 2 * from; at < words.length; at += 2) {
    const low = words[at];
    excess |= words[at + 1] ^ (low >> 31);
    if (low < min) min = low;
    if (low > max) max = low;
  }
  return excess === 0 ? { min, max } : undefined;
}
