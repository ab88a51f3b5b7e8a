import { type Data, type DataType, type Float, type Int, Precision, Type } from 'apache-arrow';
import { asBytes, getBit } from '../arrow/index.js';
import { factorizeSmallRange, type KeyWords } from './factorize-small-range.js';
import { halfToNumber } from './half-to-number.js';
import { type KeyCodes, NO_KEY } from './key-codes.js';
import { numberedWords } from './numbered-words.js';
import { WordsHashTable } from './words-hash-table.js';

/**
 * Numbers keys of one or two 32-bit words: booleans, numbers and times. It views every type as words, so one
 * loop serves all types. -0 equals 0 and NaN counts as null, as in pandas.
 */
export function factorizeWords(type: DataType, chunks: readonly Data[], codes: Int32Array): KeyCodes {
  const numbered = numberedWords(type, chunks, codes);
  if (numbered) return numbered;
  if (!isFloat(type)) {
    const words = chunks.map((chunk) => wordsOf(type, chunk));
    const narrow = factorizeSmallRange(words, !isUnsigned(type), codes);
    if (narrow) return narrow;
  }
  const table = new WordsHashTable();
  let row = 0;
  for (const chunk of chunks) {
    const { words, step, length, missing } = wordsOf(type, chunk);
    for (let i = 0; i < length; i++, row++) {
      const at = i * step;
      codes[row] = missing?.[i] ? NO_KEY : table.add(words[at], step === 2 ? words[at + 1] : 0);
    }
  }
  return { codes, count: table.count, compare: comparator(type, table) };
}

function wordsOf(type: DataType, chunk: Data): KeyWords {
  const { length } = chunk;
  const words = isFloat(type) ? floatWords(chunk) : integerWords(chunk);
  const step = length > 0 ? words.length / length : 1;
  return { words, step, length, missing: missingRows(type, chunk, words, step) };
}

const isFloat = (type: DataType): boolean => type.typeId === Type.Float;
const isUnsigned = (type: DataType): boolean => type.typeId === Type.Int && !(type as Int).isSigned;
const isWide = (type: DataType): boolean => type.ArrayType.BYTES_PER_ELEMENT === 8;

/** Returns the values of a chunk as 32-bit words, two for a 64-bit value. */
function integerWords(chunk: Data): Int32Array {
  const values = chunk.values as ArrayBufferView & ArrayLike<number>;
  if (chunk.length === 0) return new Int32Array(0);
  if (chunk.type.typeId === Type.Bool) {
    return Int32Array.from({ length: chunk.length }, (_, i) =>
      getBit(chunk.values as Uint8Array, chunk.offset + i) ? 1 : 0,
    );
  }
  const bytesPerRow = chunk.type.ArrayType.BYTES_PER_ELEMENT;
  if (bytesPerRow < 4) return Int32Array.from(values).subarray(0, chunk.length);
  return new Int32Array(values.buffer, values.byteOffset, (chunk.length * bytesPerRow) / 4);
}

/** Returns the bits of a chunk of floats as words, with 0 for -0. Half floats become 32-bit floats. */
function floatWords(chunk: Data): Int32Array {
  const source =
    (chunk.type as Float).precision === Precision.HALF
      ? Float32Array.from({ length: chunk.length }, (_, i) => halfToNumber((chunk.values as Uint16Array)[i]))
      : (chunk.values as Float32Array | Float64Array).slice(0, chunk.length);
  for (let i = 0; i < source.length; i++) if (source[i] === 0) source[i] = 0;
  const bytes = asBytes(source);
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** Returns 1 for each row whose key is null or NaN; undefined if there is none. */
function missingRows(type: DataType, chunk: Data, words: Int32Array, step: number): Uint8Array | undefined {
  const { nullCount, offset, length } = chunk;
  if (nullCount === 0 && !isFloat(type)) return undefined;
  const missing = new Uint8Array(length);
  let any = false;
  for (let i = 0; i < length; i++) {
    const isMissing =
      (nullCount > 0 && !getBit(chunk.nullBitmap as Uint8Array, offset + i)) ||
      (isFloat(type) && (step === 2 ? isNaN64(words[2 * i], words[2 * i + 1]) : isNaN32(words[i])));
    if (isMissing) {
      missing[i] = 1;
      any = true;
    }
  }
  return any ? missing : undefined;
}

const isNaN32 = (word: number): boolean => (word & 0x7fffffff) > 0x7f800000;
const isNaN64 = (low: number, high: number): boolean => {
  const top = high & 0x7fffffff;
  return top > 0x7ff00000 || (top === 0x7ff00000 && low !== 0);
};

function comparator(type: DataType, table: WordsHashTable): KeyCodes['compare'] {
  if (isFloat(type)) {
    let keys: Float32Array | Float64Array | undefined;
    return (a, b) => {
      keys ??= floatKeys(type, table);
      return keys[a] - keys[b] || 0;
    };
  }
  // A growing table replaces its arrays, so each comparison reads them again.
  if (isWide(type)) {
    const unsigned = isUnsigned(type);
    return (a, b) => {
      const { low, high } = table;
      if (high[a] === high[b]) return (low[a] >>> 0) - (low[b] >>> 0);
      return unsigned ? (high[a] >>> 0) - (high[b] >>> 0) : high[a] - high[b];
    };
  }
  if (isUnsigned(type)) return (a, b) => (table.low[a] >>> 0) - (table.low[b] >>> 0);
  return (a, b) => table.low[a] - table.low[b];
}

function floatKeys(type: DataType, { low, high, count }: WordsHashTable): Float32Array | Float64Array {
  if ((type as Float).precision !== Precision.DOUBLE) return new Float32Array(low.buffer, 0, count);
  const words = new Int32Array(count * 2);
  for (let code = 0; code < count; code++) {
    words[2 * code] = low[code];
    words[2 * code + 1] = high[code];
  }
  return new Float64Array(words.buffer);
}
