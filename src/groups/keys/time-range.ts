import type { Data, DataType } from 'apache-arrow';
import { rowsIn } from '../../arrow/index.js';
import type { ChunkedColumn } from '../../split/index.js';
import { eachTime, timeUnitOf, WORD, wordsOf } from './time-values.js';

/** A time before all others and one after them, in units of the column; none if the first is greater. */
export type TimeRange = readonly [least: number, greatest: number];

/** Fewer times are read as soon as guessed. */
const FEW_ROWS = 1 << 16;
/** One row of so many is looked at. */
const EACH = 1 << 10;
/** The share of the range that is added on both sides. */
const MARGIN = 1 / 8;
/**
 * High words up to this size are guessed from: with the share that is added, they stay within 64 bits, and
 * milliseconds within the times that `every` takes. Nanoseconds of the present are larger than those.
 */
const mostHigh = (perSecond: number): number => (perSecond > 1_000 ? 1 << 30 : 1 << 28);

/** Returns the range that 64-bit times probably have, by some of them; undefined where no guess pays. */
export function guessRange({ type, chunks }: ChunkedColumn): TimeRange | undefined {
  const perSecond = perSecondOf(type);
  if (perSecond === 1 || rowsIn(chunks) < FEW_ROWS || chunks.some(({ nullCount }) => nullCount > 0))
    return undefined;
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const chunk of chunks) {
    if (chunk.length === 0) continue;
    const words = wordsOf(chunk);
    for (let i = 1; i < words.length; i += 2 * EACH) {
      least = Math.min(least, words[i]);
      greatest = Math.max(greatest, words[i]);
    }
    // The last of times in order is the greatest, or the least.
    const last = words[words.length - 1];
    least = Math.min(least, last);
    greatest = Math.max(greatest, last);
  }
  if (Math.max(-least, greatest) > mostHigh(perSecond)) return undefined;
  const more = Math.ceil((greatest - least) * MARGIN);
  return [(least - more) * WORD, (greatest + more) * WORD + WORD - 1];
}

/** Returns the units of a type in a second; 1 for days, too, whose column has 32 bits. */
const perSecondOf = (type: DataType): number => timeUnitOf(type)?.perSecond ?? 1;

/**
 * Returns the range of times. Of 64-bit times it reads the high words alone where a low word is a short time.
 */
export function rangeOf(type: DataType, chunks: readonly Data[]): TimeRange {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  const hasHighWords = perSecondOf(type) > 1;
  for (const chunk of chunks) {
    if (chunk.length === 0) continue;
    if (hasHighWords && chunk.nullCount === 0) {
      const [low, high] = rangeOfHighWords(wordsOf(chunk));
      least = Math.min(least, low * WORD);
      greatest = Math.max(greatest, high * WORD + WORD - 1);
      continue;
    }
    eachTime([chunk], 1, (times, _row, count) => {
      for (let i = 0; i < count; i++) {
        const time = times[i];
        if (time < least) least = time;
        if (time > greatest) greatest = time;
      }
    });
  }
  return [least, greatest];
}

function rangeOfHighWords(words: Int32Array): TimeRange {
  let least = words[1];
  let greatest = least;
  for (let i = 3; i < words.length; i += 2) {
    const word = words[i];
    if (word < least) least = word;
    if (word > greatest) greatest = word;
  }
  return [least, greatest];
}
