import type { Data, Dictionary, Vector } from 'apache-arrow';
import { Type } from 'apache-arrow';
import { getBit, offsetWords } from '../../../arrow/index.js';
import { factorizeBytes, firstRowsOf, NO_KEY } from '../../../split/index.js';
import type { ColumnValues } from './column-values.js';
import { physicalTypes } from './physical.js';
import { DICTIONARY_BYTES } from './word-dictionary.js';

/** Longer values are left out of the statistics, since the footer would hold them whole. */
const MOST_RANGE_BYTES = 256;

/** Returns a column of text or bytes, plain or a dictionary; undefined for a dictionary with nulls in it. */
export function textColumn(data: Data): ColumnValues | undefined {
  return data.type.typeId === Type.Dictionary ? encodedColumn(data) : plainColumn(data);
}

/** Texts by their number. */
interface Texts {
  readonly bytes: Uint8Array;
  from(k: number): number;
  to(k: number): number;
}

function textsOf(data: Data): Texts {
  const { words, step } = offsetWords(data);
  const bytes = (data.values ?? new Uint8Array(0)) as Uint8Array;
  return { bytes, from: (k) => words[k * step], to: (k) => words[(k + 1) * step] };
}

function plainColumn(data: Data): ColumnValues {
  const { length } = data;
  const texts = textsOf(data);
  const keys = factorizeBytes(data.type, [data], new Int32Array(length));
  const { codes, count } = keys;
  const firstRows = firstRowsOf(keys);
  const rows = data.nullCount === 0 ? undefined : validRows(data);
  const range = rangeOf(texts, firstRows);
  const page = count * 2 <= length || length <= 64 ? pageOf(texts, firstRows) : undefined;
  return {
    physical: physicalTypes.bytes,
    dictionary:
      page && page.length <= DICTIONARY_BYTES
        ? { codes: codesOf(codes, data.nullCount), count, page }
        : undefined,
    plain(from, to) {
      const wanted = rows?.subarray(from, to) ?? Int32Array.from({ length: to - from }, (_, k) => from + k);
      return pageOf(texts, wanted);
    },
    range,
  };
}

/**
 * Returns a dictionary column with only the values that its rows have; Parquet has a dictionary per row
 * group.
 */
function encodedColumn(data: Data): ColumnValues | undefined {
  const { length, type } = data;
  const values = data.dictionary as Vector;
  const [dictionary] = values.data;
  if (values.data.length !== 1 || dictionary.nullCount > 0) return undefined;
  const indices = data.values as { readonly [row: number]: number | bigint };
  const texts = textsOf(dictionary);
  const isWide = (type as Dictionary).indices.ArrayType.BYTES_PER_ELEMENT === 8;
  const codeOf = new Int32Array(dictionary.length).fill(NO_KEY);
  const codes = new Int32Array(length - data.nullCount);
  const used: number[] = [];
  let at = 0;
  for (let row = 0; row < length; row++) {
    if (data.nullCount > 0 && !getBit(data.nullBitmap as Uint8Array, data.offset + row)) continue;
    const index = isWide ? Number(indices[row]) : (indices[row] as number);
    if (codeOf[index] === NO_KEY) codeOf[index] = used.push(index) - 1;
    codes[at++] = codeOf[index];
  }
  const positions = Int32Array.from(used);
  const page = pageOf(texts, positions);
  return {
    physical: physicalTypes.bytes,
    dictionary: page.length <= DICTIONARY_BYTES ? { codes, count: used.length, page } : undefined,
    plain: (from, to) =>
      pageOf(
        texts,
        codes.subarray(from, to).map((code) => positions[code]),
      ),
    range: rangeOf(texts, positions),
  };
}

function codesOf(codes: Int32Array, nullCount: number): Int32Array {
  if (nullCount === 0) return codes;
  const valid = new Int32Array(codes.length - nullCount);
  let at = 0;
  for (let row = 0; row < codes.length; row++) if (codes[row] !== NO_KEY) valid[at++] = codes[row];
  return valid;
}

function validRows({ length, nullCount, nullBitmap, offset }: Data): Int32Array {
  const rows = new Int32Array(length - nullCount);
  let at = 0;
  for (let row = 0; row < length; row++) if (getBit(nullBitmap as Uint8Array, offset + row)) rows[at++] = row;
  return rows;
}

/** Returns texts as Parquet stores them: four bytes of length before each. */
function pageOf({ bytes, from, to }: Texts, positions: Int32Array): Uint8Array {
  let size = 0;
  for (const k of positions) size += 4 + to(k) - from(k);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  let at = 0;
  for (const k of positions) {
    const [first, last] = [from(k), to(k)];
    view.setUint32(at, last - first, true);
    at += 4;
    if (last - first < 24) for (let byte = first; byte < last; byte++) out[at++] = bytes[byte];
    else {
      out.set(bytes.subarray(first, last), at);
      at += last - first;
    }
  }
  return out;
}

/** Compares texts as bytes, which is the order of code points. */
function rangeOf({ bytes, from, to }: Texts, positions: Int32Array): ColumnValues['range'] {
  if (positions.length === 0) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let min = positions[0];
  let max = min;
  for (const k of positions) {
    if (buffer.compare(buffer, from(min), to(min), from(k), to(k)) < 0) min = k;
    else if (buffer.compare(buffer, from(max), to(max), from(k), to(k)) > 0) max = k;
  }
  if (to(min) - from(min) > MOST_RANGE_BYTES || to(max) - from(max) > MOST_RANGE_BYTES) return undefined;
  return { min: bytes.slice(from(min), to(min)), max: bytes.slice(from(max), to(max)) };
}
