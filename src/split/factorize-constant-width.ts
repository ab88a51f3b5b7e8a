import type { Data } from 'apache-arrow';
import { getBit } from '../arrow/index.js';
import { isForKernel, type NumberedKeys, numberWords } from '../kernel/index.js';
import { constantBytes } from './constant-offsets.js';
import { validityBits } from './kernel-chunks.js';
import { type KeyCodes, NO_KEY, ranksOf } from './key-codes.js';
import { WordsHashTable } from './words-hash-table.js';

/** The most bytes of a key that fit into two words. */
export const MAX_CONSTANT_WIDTH = 8;

/** The cache of recent keys has 2 to this power slots, one candidate each. */
const SLOT_BITS = 12;

/**
 * Numbers short keys of one width. It reads each as one or two words, which are faster to look up than bytes.
 */
export function factorizeConstantWidth(chunks: readonly Data[], width: number, codes: Int32Array): KeyCodes {
  const numbered = isForKernel(codes.length, chunks.length)
    ? numberConstantWidth(chunks, width, codes)
    : undefined;
  if (numbered) return codesOfTags(codes, numbered);
  const table = new WordsHashTable();
  const recent = new Int32Array(1 << SLOT_BITS).fill(NO_KEY);
  let row = 0;
  for (const chunk of chunks) {
    addKeys(table, recent, chunk, width, codes.subarray(row, row + chunk.length));
    row += chunk.length;
  }
  return { codes, count: table.count, compare: (a, b) => compareBytes(table, a, b) };
}

/** Returns the codes of keys whose tags compare as they do, byte by byte. */
export function codesOfTags(codes: Int32Array, numbered: NumberedKeys): KeyCodes {
  const { count, tags } = numbered;
  const compare = (a: number, b: number) => compareTags(tags, a, b);
  return { codes, count, counted: numbered, compare, ranks: () => rankTags(tags, count) };
}

function numberConstantWidth(
  chunks: readonly Data[],
  width: number,
  codes: Int32Array,
): NumberedKeys | undefined {
  const words = chunks.map((chunk) => ({ ...validityBits(chunk), bytes: constantBytes(chunk, width) }));
  return numberWords(words, width, codes);
}

/** Compares two keys byte by byte; shorter ones have zeros after them. */
function compareTags(tags: Uint8Array, a: number, b: number): number {
  for (let k = 0; k < 8; k++) {
    const difference = tags[a * 8 + k] - tags[b * 8 + k];
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The tags that {@link compareSorted} compares. */
let sorted: Uint8Array = new Uint8Array(0);
/** A function that lasts: V8 drops the compiled code of closures between calls. */
const compareSorted = (a: number, b: number): number => compareTags(sorted, a, b);

function rankTags(tags: Uint8Array, count: number): Int32Array {
  sorted = tags;
  const ranks = ranksOf({ codes: NO_CODES, count, compare: compareSorted });
  sorted = new Uint8Array(0);
  return ranks;
}

const NO_CODES = new Int32Array(0);

function addKeys(
  table: WordsHashTable,
  recent: Int32Array,
  chunk: Data,
  width: number,
  codes: Int32Array,
): void {
  const bytes = constantBytes(chunk, width);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const validity = chunk.nullCount > 0 ? (chunk.nullBitmap as Uint8Array) : undefined;
  const { offset } = chunk;
  const last = width - 4;
  for (let row = 0, at = 0; row < codes.length; row++, at += width) {
    if (validity !== undefined && !getBit(validity, offset + row)) {
      codes[row] = NO_KEY;
      continue;
    }
    // Big-endian, so that words compare as their bytes do.
    let low = 0;
    let high = 0;
    if (width >= 4) {
      low = view.getInt32(at);
      // The last four bytes; they overlap the first four in keys shorter than eight.
      high = view.getInt32(at + last);
    } else {
      if (width > 0) low = bytes[at];
      if (width > 1) low = (low << 8) | bytes[at + 1];
      if (width > 2) low = (low << 8) | bytes[at + 2];
    }
    const slot = Math.imul(low ^ (high >>> 5) ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1) >>> (32 - SLOT_BITS);
    let code = recent[slot];
    if (code === NO_KEY || table.low[code] !== low || table.high[code] !== high) {
      code = table.add(low, high);
      recent[slot] = code;
    }
    codes[row] = code;
  }
}

const compareBytes = ({ low, high }: WordsHashTable, a: number, b: number): number =>
  (low[a] >>> 0) - (low[b] >>> 0) || (high[a] >>> 0) - (high[b] >>> 0);
