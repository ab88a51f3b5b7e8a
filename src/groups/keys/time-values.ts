import { type Data, type DataType, type Date_, DateUnit, type Timestamp, Type } from 'apache-arrow';
import { getBit } from '../../arrow/index.js';

/** The unit and time zone of a type of dates or timestamps. */
export interface TimeUnitOf {
  /** Units in a second; undefined for days. */
  readonly perSecond: number | undefined;
  /** The time zone of a timestamp. */
  readonly timeZone?: string;
}

/** Returns the unit and time zone of a type; undefined for one that holds no dates or timestamps. */
export function timeUnitOf(type: DataType): TimeUnitOf | undefined {
  if (type.typeId === Type.Date) {
    return { perSecond: (type as Date_).unit === DateUnit.DAY ? undefined : 1_000 };
  }
  if (type.typeId !== Type.Timestamp) return undefined;
  const { unit, timezone } = type as Timestamp;
  return { perSecond: 1_000 ** unit, timeZone: timezone ?? undefined };
}

/**
 * Writes rows `from` to `to`-1 of a chunk to the start of `out`, divided by `divisor` (1, 1e3, 1e6 or 1e9)
 * and rounded down; NaN for null. Without a divisor, 64-bit values beyond 2^53 are rounded to the nearest
 * float.
 */
export function readTimes(data: Data, from: number, to: number, divisor: number, out: Float64Array): void {
  const values = data.values as unknown;
  if (values instanceof Int32Array) {
    for (let i = from; i < to; i++) out[i - from] = values[i];
  } else {
    const words = wordsOf(data);
    if (divisor === 1) readWords(words, from, to, out);
    else readQuotients(words, from, to, divisor, out);
  }
  if (data.nullCount === 0) return;
  const bitmap = data.nullBitmap as Uint8Array;
  for (let i = from; i < to; i++) if (!getBit(bitmap, data.offset + i)) out[i - from] = Number.NaN;
}

/** The values of a low word. */
export const WORD = 4_294_967_296;

/** Returns 64-bit values as words, the lower one of each first. */
export function wordsOf({ values, length }: Data): Int32Array {
  const { buffer, byteOffset } = values as ArrayBufferView;
  return new Int32Array(buffer, byteOffset, length * 2);
}

function readWords(words: Int32Array, from: number, to: number, out: Float64Array): void {
  for (let i = from; i < to; i++) out[i - from] = words[2 * i + 1] * WORD + (words[2 * i] >>> 0);
}

/**
 * Divides 64-bit integers without leaving the exact range of floats. It takes the power of two out of the
 * divisor first: 1e9 is 2^9 * 1953125, and the rest of a division by that fits beside the remaining low bits.
 */
function readQuotients(
  words: Int32Array,
  from: number,
  to: number,
  divisor: number,
  out: Float64Array,
): void {
  const bits = 31 - Math.clz32(divisor & -divisor);
  const odd = divisor / 2 ** bits;
  const base = 2 ** (32 - bits);
  for (let i = from; i < to; i++) {
    const high = words[2 * i + 1];
    const quotient = Math.floor(high / odd);
    const rest = (high - quotient * odd) * base + (words[2 * i] >>> bits);
    out[i - from] = quotient * base + Math.floor(rest / odd);
  }
}

/** Rows that are read at a time: their floats stay in the cache. */
const BLOCK = 4_096;

/** Visits times block by block, as {@link readTimes} reads them; the next block has the same memory. */
export function eachTime(
  chunks: readonly Data[],
  divisor: number,
  visit: (times: Float64Array, row: number, count: number) => void,
): void {
  const times = new Float64Array(BLOCK);
  let row = 0;
  for (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += BLOCK) {
      const to = Math.min(from + BLOCK, chunk.length);
      readTimes(chunk, from, to, divisor, times);
      visit(times, row + from, to - from);
    }
    row += chunk.length;
  }
}
