import type { Data } from 'apache-arrow';
import { asBytes, getBit } from '../../../arrow/index.js';
import type { ColumnValues } from './column-values.js';
import type { Physical } from './physical.js';
import { wordDictionary } from './word-dictionary.js';

/** Returns a column of numbers: as words of 32 bits, one or two a value. */
export function wordColumn(data: Data, physical: Physical): ColumnValues {
  const { width } = physical;
  const words = withoutNulls(data, wordsOf(data, width), width);
  const dictionary = wordDictionary(words, width);
  return {
    physical: physical.type,
    dictionary: dictionary && {
      codes: dictionary.codes,
      count: dictionary.count,
      page: asBytes(dictionary.values),
    },
    plain: (from, to) => asBytes(words.subarray(from * width, to * width)),
    // Every value is in the dictionary, so its values have the same range.
    range: rangeOf(dictionary?.values ?? words, physical),
  };
}

/** Returns the values as words; small integers are widened. */
function wordsOf(data: Data, width: 1 | 2): Int32Array {
  const { values, length } = data;
  const view = values as ArrayBufferView & ArrayLike<number>;
  if (view.byteLength / Math.max(1, view.length) >= 4) {
    return new Int32Array(view.buffer, view.byteOffset, length * width);
  }
  const words = new Int32Array(length);
  words.set((view as unknown as Int8Array).subarray(0, length));
  return words;
}

function withoutNulls(data: Data, words: Int32Array, width: 1 | 2): Int32Array {
  const { nullCount, nullBitmap, offset, length } = data;
  if (nullCount === 0) return words;
  const valid = new Int32Array((length - nullCount) * width);
  let at = 0;
  for (let row = 0; row < length; row++) {
    if (!getBit(nullBitmap as Uint8Array, offset + row)) continue;
    valid[at++] = words[row * width];
    if (width === 2) valid[at++] = words[row * 2 + 1];
  }
  return valid;
}

function rangeOf(words: Int32Array, physical: Physical): ColumnValues['range'] {
  const found = physical.kind === 'float' ? floatRange(words, physical.width) : integerRange(words, physical);
  return found && { min: asBytes(found[0]), max: asBytes(found[1]) };
}

/**
 * Returns the bounds of floats, of which NaN is none. A bound of 0 covers both zeros, since readers may
 * compare by bits.
 */
function floatRange(
  words: Int32Array,
  width: 1 | 2,
): [Float32Array, Float32Array] | [Float64Array, Float64Array] | undefined {
  const { buffer, byteOffset, length } = words;
  // Copies words of a slice that are not aligned for doubles.
  const source = width === 2 && byteOffset % 8 !== 0 ? words.slice() : undefined;
  const values =
    width === 1
      ? new Float32Array(buffer, byteOffset, length)
      : new Float64Array(source?.buffer ?? buffer, source ? 0 : byteOffset, length / 2);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let isEmpty = true;
  for (let k = 0; k < values.length; k++) {
    const value = values[k];
    if (value < min) min = value;
    if (value > max) max = value;
    if (!Number.isNaN(value)) isEmpty = false;
  }
  if (isEmpty) return undefined;
  const [low, high] = [min === 0 ? -0 : min, max === 0 ? 0 : max];
  return width === 1
    ? [Float32Array.of(low), Float32Array.of(high)]
    : [Float64Array.of(low), Float64Array.of(high)];
}

function integerRange(words: Int32Array, { width, kind }: Physical): [Int32Array, Int32Array] | undefined {
  const count = words.length / width;
  if (count === 0) return undefined;
  let min = 0;
  let max = 0;
  // The upper word decides; the lower one is always compared without sign.
  const flip = kind === 'unsigned' ? 0x80000000 | 0 : 0;
  const flipLow = 0x80000000 | 0;
  const isLess = (a: number, b: number): boolean => {
    if (width === 1) return (words[a] ^ flip) < (words[b] ^ flip);
    const [highA, highB] = [words[2 * a + 1] ^ flip, words[2 * b + 1] ^ flip];
    return highA === highB ? (words[2 * a] ^ flipLow) < (words[2 * b] ^ flipLow) : highA < highB;
  };
  for (let k = 1; k < count; k++) {
    if (isLess(k, min)) min = k;
    else if (isLess(max, k)) max = k;
  }
  const at = (k: number) => words.slice(k * width, (k + 1) * width);
  return [at(min), at(max)];
}
