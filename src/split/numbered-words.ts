import { type Data, type DataType, type Int, Type } from 'apache-arrow';
import { type FloatBits, isForKernel, numberWords } from '../kernel/index.js';
import { LARGEST_RANGE } from './factorize-small-range.js';
import { halfToNumber } from './half-to-number.js';
import { wordChunk } from './kernel-chunks.js';
import type { KeyCodes } from './key-codes.js';

const FLOATS: { readonly [width: number]: FloatBits } = {
  2: { absolute: 0x7fffn, infinity: 0x7c00n },
  4: { absolute: 0x7fffffffn, infinity: 0x7f800000n },
  8: { absolute: 0x7fffffffffffffffn, infinity: 0x7ff0000000000000n },
};

/** Numbers numbers and times in the kernel; returns undefined if it is not the one to do that. */
export function numberedWords(
  type: DataType,
  chunks: readonly Data[],
  codes: Int32Array,
): KeyCodes | undefined {
  if (!isForKernel(codes.length, chunks.length) || type.typeId === Type.Bool) return undefined;
  const width = type.ArrayType.BYTES_PER_ELEMENT;
  const isFloat = type.typeId === Type.Float;
  const numbered = numberWords(chunks.map(wordChunk), width, codes, {
    float: isFloat ? FLOATS[width] : undefined,
    // An array with a place for each integer is faster than many slots, if they lie close together.
    goesOn: isFloat || width < 4 ? undefined : (tags) => isSpread(new Int32Array(tags.buffer), width),
  });
  if (numbered === undefined) return undefined;
  const { count, tags } = numbered;
  return { codes, count, counted: numbered, compare: comparator(type, width, new Int32Array(tags.buffer)) };
}

/** Tells whether integers, given as two words each, lie further apart than in a range that would be small. */
function isSpread(words: Int32Array, width: number): boolean {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < words.length; at += 2) {
    const key = width === 8 ? words[at + 1] * 2 ** 32 + (words[at] >>> 0) : words[at];
    least = Math.min(least, key);
    greatest = Math.max(greatest, key);
    if (greatest - least > LARGEST_RANGE) return true;
  }
  return false;
}

/** Returns the order of codes whose keys have the low word `words[2 * code]`, and the high word after it. */
function comparator(type: DataType, width: number, words: Int32Array): KeyCodes['compare'] {
  const isUnsigned = type.typeId === Type.Int && !(type as Int).isSigned;
  if (width === 8 && type.typeId !== Type.Float) {
    return (a, b) => {
      const [x, y] = [words[2 * a + 1], words[2 * b + 1]];
      if (x === y) return (words[2 * a] >>> 0) - (words[2 * b] >>> 0);
      return isUnsigned ? (x >>> 0) - (y >>> 0) : x - y;
    };
  }
  let keys: Float64Array | undefined;
  return (a, b) => {
    keys ??= Float64Array.from({ length: words.length / 2 }, keyReader(type, width, isUnsigned, words));
    // Two keys may be infinite, and their difference NaN.
    return keys[a] - keys[b] || 0;
  };
}

function keyReader(type: DataType, width: number, isUnsigned: boolean, words: Int32Array) {
  if (type.typeId === Type.Float) {
    if (width === 2) return (_: unknown, code: number) => halfToNumber(words[2 * code]);
    const floats = width === 8 ? new Float64Array(words.buffer) : new Float32Array(words.buffer);
    return (_: unknown, code: number) => floats[width === 8 ? code : 2 * code];
  }
  const unused = 32 - width * 8;
  return (_: unknown, code: number) =>
    isUnsigned ? words[2 * code] >>> 0 : (words[2 * code] << unused) >> unused;
}
