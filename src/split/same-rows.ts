import { type Data, type DataType, type Dictionary, Type } from 'apache-arrow';
import { asBytes, layoutOf, offsetWords, rowBytes, sameType, unifyDictionaries } from '../arrow/index.js';
import { type ChunkedColumn, eachChunk } from './chunked-column.js';
import { repeated } from './repeated.js';

/*
 * Functions get their groups in memory that they may write to. These comparisons tell whether a column still
 * has the values it was split from; they read as the split does, and touch no fresh memory.
 */

/**
 * Tells whether row r of `column` still has the value at `places[r]` of `split`, for all rows with a place
 * that is not negative. Validity is not compared. Answers false for unions and views, which it cannot
 * compare.
 */
export function sameRows({ type, chunks }: ChunkedColumn, split: Data, places: Int32Array): boolean {
  if (!sameType(type, split.type)) return false;
  switch (layoutOf(type)) {
    case 'none':
    case 'bits':
      // Functions get copies of bitmaps.
      return true;
    case 'dictionary':
      return sameIndices(type as Dictionary, chunks, split, places);
    case 'fixed':
      return every(chunks, places, (chunk, at) => sameValues(chunk, split, at));
    case 'variable':
      return every(chunks, places, (chunk, at) => sameBytes(chunk, split, at));
    case 'list':
      return every(chunks, places, (chunk, at) => sameLists(chunk, split, at));
    case 'fixedList': {
      const size = (type as DataType & { listSize: number }).listSize;
      return sameMembers(type, chunks, split, repeated(places, size));
    }
    case 'struct':
      return type.typeId === Type.Struct && sameMembers(type, chunks, split, places);
    default:
      return false;
  }
}

function every(
  chunks: readonly Data[],
  places: Int32Array,
  isSame: (chunk: Data, places: Int32Array) => boolean,
): boolean {
  let result = true;
  eachChunk(chunks, places, (chunk, at) => {
    result &&= isSame(chunk, at);
  });
  return result;
}

const sameMembers = (type: DataType, chunks: readonly Data[], split: Data, places: Int32Array): boolean =>
  type.children.every((field, k) => {
    const column = { type: field.type, chunks: chunks.map((chunk) => chunk.children[k]) };
    return sameRows(column, split.children[k], places);
  });

function sameIndices(type: Dictionary, chunks: readonly Data[], split: Data, places: Int32Array): boolean {
  // Chunks with different dictionaries got other indices in the split.
  if (unifyDictionaries(type, chunks).chunks !== chunks) return false;
  return every(chunks, places, (chunk, at) => sameValues(chunk, split, at));
}

function sameValues(chunk: Data, split: Data, places: Int32Array): boolean {
  const width = rowBytes(chunk);
  const a = asBytes(chunk.values);
  const b = asBytes(split.values);
  const isAligned = a.byteOffset % 4 === 0 && b.byteOffset % 4 === 0;
  if (width === 4 && isAligned) return sameWords(words(a), words(b), places);
  if (width === 8 && isAligned) return samePairs(words(a), words(b), places);
  return sameWide(a, b, places, width);
}

const words = ({ buffer, byteOffset, byteLength }: Uint8Array): Int32Array =>
  new Int32Array(buffer, byteOffset, byteLength >>> 2);

function sameWords(a: Int32Array, b: Int32Array, places: Int32Array): boolean {
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    if (place >= 0 && a[i] !== b[place]) return false;
  }
  return true;
}

function samePairs(a: Int32Array, b: Int32Array, places: Int32Array): boolean {
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    if (place < 0) continue;
    if (a[2 * i] !== b[2 * place] || a[2 * i + 1] !== b[2 * place + 1]) return false;
  }
  return true;
}

function sameWide(a: Uint8Array, b: Uint8Array, places: Int32Array, width: number): boolean {
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    if (place < 0) continue;
    for (let k = 0; k < width; k++) if (a[i * width + k] !== b[place * width + k]) return false;
  }
  return true;
}

/** Compares the bytes of strings and binary values. */
function sameBytes(chunk: Data, split: Data, places: Int32Array): boolean {
  const a = chunk.values as Uint8Array;
  const b = split.values as Uint8Array;
  const { words: from, step } = offsetWords(chunk);
  const { words: to } = offsetWords(split);
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    if (place < 0) continue;
    const first = from[i * step];
    const other = to[place * step];
    const length = from[(i + 1) * step] - first;
    if (to[(place + 1) * step] - other !== length) return false;
    for (let k = 0; k < length; k++) if (a[first + k] !== b[other + k]) return false;
  }
  return true;
}

/** Compares the lengths of lists, and their elements. */
function sameLists(chunk: Data, split: Data, places: Int32Array): boolean {
  const { words: from, step } = offsetWords(chunk);
  const { words: to } = offsetWords(split);
  const first = from[0];
  const last = from[places.length * step];
  const elements = new Int32Array(last - first).fill(-1);
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    if (place < 0) continue;
    const at = from[i * step] - first;
    const length = from[(i + 1) * step] - first - at;
    const other = to[place * step];
    if (to[(place + 1) * step] - other !== length) return false;
    for (let k = 0; k < length; k++) elements[at + k] = other + k;
  }
  const child = chunk.children[0];
  const column = { type: child.type, chunks: [child.slice(first, last - first)] };
  return sameRows(column, split.children[0], elements);
}
