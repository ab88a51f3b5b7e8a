import type { Data } from 'apache-arrow';
import { bitmapBytes, getBit } from './bits.js';
import { concatData } from './concat.js';
import {
  asBytes,
  checkOffset,
  dataOf,
  hasLargeOffsets,
  layoutOf,
  offsetWords,
  rowBytes,
  typedValues,
} from './layout.js';
import type { Allocate } from './memory.js';
import { nullData } from './null-data.js';

/**
 * Copies rows of a column to a new one, in the order of `rows`; a row may be taken several times, and -1 is a
 * null.
 */
export function takeData(data: Data, rows: Int32Array, allocate: Allocate): Data {
  const { type } = data;
  switch (layoutOf(type)) {
    case 'none':
      return dataOf(type, rows.length, rows.length, {});
    case 'bits':
      return takeBooleans(data, rows, allocate);
    case 'fixed':
    case 'dictionary':
    case 'view':
      return takeFixed(data, rows, allocate);
    case 'variable':
      return takeVariable(data, rows, allocate);
    default:
      return takeNested(data, rows, allocate);
  }
}

function takeFixed(data: Data, rows: Int32Array, allocate: Allocate): Data {
  const { type, dictionary } = data;
  const width = rowBytes(data);
  const bytes = allocate(rows.length * width);
  copyRows(asBytes(data.values), rows, bytes, width);
  const [nullCount, validity] = takeValidity(data, rows, allocate);
  const variadic = layoutOf(type) === 'view' ? data.variadicBuffers : undefined;
  const values = typedValues(type, bytes);
  const known = dictionary ?? (layoutOf(type) === 'dictionary' ? nullData(type, 0).dictionary : undefined);
  return dataOf(type, rows.length, nullCount, { values, validity }, { dictionary: known, variadic });
}

function takeBooleans(data: Data, rows: Int32Array, allocate: Allocate): Data {
  const [nullCount, validity] = takeValidity(data, rows, allocate);
  const values = takeBits(data.values as Uint8Array, data.offset, rows, allocate);
  return dataOf(data.type, rows.length, nullCount, { values, validity });
}

function takeVariable(data: Data, rows: Int32Array, allocate: Allocate): Data {
  const { type } = data;
  const { words, step } = offsetWords(data);
  const total = totalBytes(words, step, rows);
  checkOffset(type, total);
  const bytes = allocate(total);
  const out = allocate((rows.length + 1) * step * 4);
  const offsets = new Uint32Array(out.buffer, out.byteOffset, (rows.length + 1) * step);
  copyTexts(data.values as Uint8Array, words, step, rows, bytes, offsets);
  const [nullCount, validity] = takeValidity(data, rows, allocate);
  const View = hasLargeOffsets(type) ? BigInt64Array : Int32Array;
  const typed = new View(out.buffer as ArrayBuffer, out.byteOffset, rows.length + 1);
  return dataOf(type, rows.length, nullCount, { offsets: typed, values: bytes, validity });
}

/** Returns the bytes of the rows that are taken. Functions of loops alone compile once, and soon. */
function totalBytes(words: Uint32Array, step: number, rows: Int32Array): number {
  let total = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (row >= 0) total += words[(row + 1) * step] - words[row * step];
  }
  return total;
}

/** Copies the bytes of the rows that are taken, and writes where each ends. */
function copyTexts(
  source: Uint8Array,
  words: Uint32Array,
  step: number,
  rows: Int32Array,
  bytes: Uint8Array,
  offsets: Uint32Array,
): void {
  let at = 0;
  for (let i = 0; i < rows.length; ) {
    const row = rows[i];
    let next = i + 1;
    while (next < rows.length && rows[next] === row) next++;
    const from = row < 0 ? 0 : words[row * step];
    const size = row < 0 ? 0 : words[(row + 1) * step] - from;
    for (let k = 0; k < size; k++) bytes[at + k] = source[from + k];
    if (next > i + 1) repeatBytes(bytes, at, size, next - i);
    for (; i < next; i++) {
      at += size;
      offsets[(i + 1) * step] = at;
    }
  }
}

/** Repeats the `size` bytes at `at` until they are there `times` times; each copy doubles them. */
function repeatBytes(bytes: Uint8Array, at: number, size: number, times: number): void {
  const end = at + size * times;
  for (let made = at + size; made < end; ) {
    const stop = Math.min(made, at + end - made);
    bytes.copyWithin(made, at, stop);
    made += stop - at;
  }
}

/** Joins slices of successive rows: nested values have no loop of their own. */
function takeNested(data: Data, rows: Int32Array, allocate: Allocate): Data {
  const chunks: Data[] = [];
  for (let i = 0; i < rows.length; ) {
    const first = rows[i];
    let length = 1;
    if (first >= 0) while (i + length < rows.length && rows[i + length] === first + length) length++;
    chunks.push(first < 0 ? nullData(data.type, 1) : data.slice(first, length));
    i += length;
  }
  return concatData(data.type, chunks, allocate);
}

function takeValidity(
  data: Data,
  rows: Int32Array,
  allocate: Allocate,
): [nullCount: number, validity?: Uint8Array] {
  const isFull = data.nullCount === 0;
  if (isFull && rows.every((row) => row >= 0)) return [0];
  const bits = isFull ? undefined : (data.nullBitmap as Uint8Array);
  const validity = allocate(bitmapBytes(rows.length));
  let nulls = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (row >= 0 && (bits === undefined || getBit(bits, data.offset + row)))
      validity[i >>> 3] |= 1 << (i & 7);
    else nulls++;
  }
  return [nulls, validity];
}

function takeBits(bits: Uint8Array, offset: number, rows: Int32Array, allocate: Allocate): Uint8Array {
  const out = allocate(bitmapBytes(rows.length));
  for (let i = 0; i < rows.length; i++) {
    if (rows[i] >= 0 && getBit(bits, offset + rows[i])) out[i >>> 3] |= 1 << (i & 7);
  }
  return out;
}

type Words = { readonly length: number; [row: number]: number };

/**
 * Copies rows of `width` bytes; rows of -1 stay zero. 64-bit values move as two words, with the bits of every
 * NaN.
 */
function copyRows(source: Uint8Array, rows: Int32Array, out: Uint8Array, width: number): void {
  const unit = width % 4 === 0 ? 4 : width % 2 === 0 ? 2 : 1;
  const View = unit === 4 ? Int32Array : unit === 2 ? Uint16Array : Uint8Array;
  if (source.byteOffset % unit !== 0) copyUnits(source, rows, out, width);
  else {
    const as = (bytes: Uint8Array) =>
      new View(bytes.buffer as ArrayBuffer, bytes.byteOffset, Math.floor(bytes.byteLength / unit));
    copyUnits(as(source), rows, as(out), width / unit);
  }
}

function copyUnits(source: Words, rows: Int32Array, out: Words, count: number): void {
  if (count === 1) {
    for (let i = 0; i < rows.length; i++) if (rows[i] >= 0) out[i] = source[rows[i]];
    return;
  }
  for (let i = 0; i < rows.length; i++) {
    if (rows[i] < 0) continue;
    for (let k = 0; k < count; k++) out[i * count + k] = source[rows[i] * count + k];
  }
}
