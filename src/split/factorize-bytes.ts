import { type Data, type DataType, Type } from 'apache-arrow';
import { asBytes, constantWidth, getBit, layoutOf, offsetWords, rowBytes } from '../arrow/index.js';
import { isForKernel, type NumberedKeys, numberTexts } from '../kernel/index.js';
import { BytesHashTable, compareBytes } from './bytes-hash-table.js';
import { factorizeConstantWidth, MAX_CONSTANT_WIDTH } from './factorize-constant-width.js';
import { textChunk } from './kernel-chunks.js';
import { type KeyCodes, NO_KEY } from './key-codes.js';
import { ShortKeyCache } from './short-key-cache.js';

/** Numbers the keys of a string or binary column, with offsets or as views. */
export function factorizeBytes(type: DataType, chunks: readonly Data[], codes: Int32Array): KeyCodes {
  const width = layoutOf(type) === 'variable' ? constantWidth(chunks) : undefined;
  if (width !== undefined && width <= MAX_CONSTANT_WIDTH) return factorizeConstantWidth(chunks, width, codes);
  if (layoutOf(type) === 'variable' && isForKernel(codes.length, chunks.length)) {
    const numbered = numberTexts(chunks.map(textChunk), codes);
    if (numbered) return textCodes(numbered, codes);
  }
  const table = new BytesHashTable();
  const shortKeys = new ShortKeyCache(table);
  let row = 0;
  for (const chunk of chunks) {
    if (layoutOf(type) === 'view') addViews(table, chunk, codes, row);
    else addVariable(shortKeys, chunk, codes, row);
    markNulls(chunk, codes, row);
    row += chunk.length;
  }
  return { codes, count: table.count, compare: (a, b) => table.compare(a, b) };
}

function textCodes(numbered: NumberedKeys, codes: Int32Array): KeyCodes {
  const { count, texts } = numbered;
  const { bytes, starts } = texts as Required<NumberedKeys>['texts'];
  return { codes, count, counted: numbered, compare: (a, b) => compareBytes(bytes, starts, a, b) };
}

/** Numbers keys that all have the same number of bytes: decimals, fixed-size binary, intervals. */
export function factorizeFixedBytes(type: DataType, chunks: readonly Data[], codes: Int32Array): KeyCodes {
  const table = new BytesHashTable();
  let row = 0;
  for (const chunk of chunks) {
    const width = rowBytes(chunk);
    const bytes = chunk.length > 0 ? asBytes(chunk.values) : new Uint8Array(0);
    for (let i = 0; i < chunk.length; i++) {
      if (isNull(chunk, i)) continue;
      codes[row + i] = table.add(bytes, i * width, (i + 1) * width);
    }
    markNulls(chunk, codes, row);
    row += chunk.length;
  }
  const compare: KeyCodes['compare'] =
    type.typeId === Type.FixedSizeBinary
      ? (a, b) => table.compare(a, b)
      : (a, b) => compareWords(table, a, b, type.typeId === Type.Decimal);
  return { codes, count: table.count, compare };
}

const isNull = (chunk: Data, row: number): boolean =>
  chunk.nullCount > 0 && !getBit(chunk.nullBitmap as Uint8Array, chunk.offset + row);

function addVariable(keys: ShortKeyCache, chunk: Data, codes: Int32Array, row: number): void {
  const { words, step } = offsetWords(chunk);
  const bytes = (chunk.values ?? new Uint8Array(0)) as Uint8Array;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const skipNulls = chunk.nullCount > 0;
  let from = words[0];
  for (let i = 0; i < chunk.length; i++) {
    const to = words[(i + 1) * step];
    if (!skipNulls || !isNull(chunk, i)) codes[row + i] = keys.codeOf(bytes, view, from, to);
    from = to;
  }
}

function addViews(table: BytesHashTable, chunk: Data, codes: Int32Array, row: number): void {
  if (chunk.length === 0) return;
  const views = asBytes(chunk.values);
  const words = new DataView(views.buffer, views.byteOffset, views.byteLength);
  for (let i = 0; i < chunk.length; i++) {
    if (isNull(chunk, i)) continue;
    const size = words.getInt32(i * 16, true);
    if (size <= 12) {
      codes[row + i] = table.add(views, i * 16 + 4, i * 16 + 4 + size);
    } else {
      const from = words.getInt32(i * 16 + 12, true);
      const buffer = chunk.variadicBuffers[words.getInt32(i * 16 + 8, true)];
      codes[row + i] = table.add(buffer, from, from + size);
    }
  }
}

function markNulls(chunk: Data, codes: Int32Array, row: number): void {
  if (chunk.nullCount === 0) return;
  for (let i = 0; i < chunk.length; i++) if (isNull(chunk, i)) codes[row + i] = NO_KEY;
}

/**
 * Compares keys as integers. A decimal is one little-endian integer of several words. An interval is compared
 * field by field from the first; the nanoseconds that end the longest kind take two words, the higher one
 * last.
 */
function compareWords({ bytes, starts }: BytesHashTable, a: number, b: number, isDecimal: boolean): number {
  const words = new DataView(bytes.buffer);
  const count = (starts[a + 1] - starts[a]) / 4;
  for (let k = 0; k < count; k++) {
    const isNanoseconds = !isDecimal && count === 4 && k >= 2;
    const word = isDecimal ? count - 1 - k : isNanoseconds ? 5 - k : k;
    const signed = isDecimal ? k === 0 : k < 3;
    const x = words.getInt32(starts[a] + word * 4, true);
    const y = words.getInt32(starts[b] + word * 4, true);
    if (x !== y) return signed ? x - y : (x >>> 0) - (y >>> 0);
  }
  return 0;
}
