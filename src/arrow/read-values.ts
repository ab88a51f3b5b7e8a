import {
  type Data,
  type Field,
  type List,
  type Struct,
  type Timestamp,
  TimeUnit,
  Type,
  type Vector,
} from 'apache-arrow';
import { getBit } from './bits.js';
import { isArrowRow, isArrowVector, JS_KIND } from './js-kind.js';
import { offsetWords } from './layout.js';
import { readUtf8 } from './read-utf8.js';
import { objectsFromColumns } from './row-objects.js';
import { valueReader } from './value-reader.js';

/**
 * Reads a column as an array of plain JavaScript values, none of which is a view of the column's memory.
 * 64-bit integers are bigints, nested values are arrays and plain objects, timestamps are Dates if the field
 * says that they were made of Dates, and everything else is as apache-arrow gives it.
 */
export function valuesOfColumn(chunks: readonly Data[], field: Field): unknown[] {
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const out = new Array<unknown>(length);
  let at = 0;
  for (const chunk of chunks) {
    readValues(chunk, field, out, at);
    at += chunk.length;
  }
  return out;
}

function readValues(data: Data, field: Field, out: unknown[], at: number): void {
  const n = data.length;
  switch (data.type.typeId as Type) {
    case Type.Null:
      out.fill(null, at, at + n);
      return;
    case Type.Bool:
      for (let i = 0; i < n; i++) out[at + i] = getBit(data.values as Uint8Array, data.offset + i);
      break;
    case Type.Float:
      if ((data.values as ArrayLike<number>) instanceof Uint16Array) readAny(data, out, at);
      else readNumbers(data.values as Float64Array, n, out, at);
      break;
    case Type.Int:
      if (data.values instanceof BigInt64Array || data.values instanceof BigUint64Array) {
        for (let i = 0, values = data.values; i < n; i++) out[at + i] = values[i];
      } else readNumbers(data.values as Int32Array, n, out, at);
      break;
    case Type.Utf8:
    case Type.LargeUtf8:
      readUtf8(data, out as string[], at);
      break;
    case Type.Timestamp:
      if (field.metadata.get(JS_KIND) === 'Date') readDates(data, out, at);
      else readAny(data, out, at);
      break;
    case Type.Dictionary:
      readDictionary(data, field, out, at);
      break;
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList:
      readLists(data, field, out, at);
      break;
    case Type.Struct:
      readStructs(data, out, at);
      break;
    default:
      readAny(data, out, at);
      return;
  }
  fillNulls(data, out, at, null);
}

export function readNumbers(values: ArrayLike<number>, n: number, out: unknown[], at: number): void {
  for (let i = 0; i < n; i++) out[at + i] = values[i];
}

/** Writes `missing` to the rows that are null. */
export function fillNulls(data: Data, out: unknown[], at: number, missing: null | number): void {
  const bitmap = data.nullBitmap;
  if (!bitmap || bitmap.length === 0 || data.nullCount === 0) return;
  for (let i = 0; i < data.length; i++) if (!getBit(bitmap, data.offset + i)) out[at + i] = missing;
}

/**
 * Reads any type through apache-arrow's accessor and makes the values plain. Several times slower than a loop
 * of its own.
 */
export function readAny(data: Data, out: unknown[], at: number): void {
  // apache-arrow gives decimals and intervals as views of the values, so they are read from a copy.
  const isViewed = data.type.typeId === Type.Decimal || data.type.typeId === Type.Interval;
  const buffers = [
    data.valueOffsets,
    isViewed ? data.values.slice() : data.values,
    data.nullBitmap,
    data.typeIds,
  ];
  const read = valueReader(
    isViewed ? data.clone(data.type, data.offset, data.length, -1, buffers as never) : data,
  );
  for (let i = 0; i < data.length; i++) out[at + i] = plain(read(i));
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isArrowVector(value)) return Array.from(value.toArray(), plain);
  // A struct or a map.
  if (isArrowRow(value)) {
    return Object.fromEntries(Object.entries(value.toJSON()).map(([name, inner]) => [name, plain(inner)]));
  }
  // Binary values are views of the column, whose memory other threads share.
  return value instanceof Uint8Array ? value.slice() : value;
}

/** Reads timestamps of any unit as Dates, rounded down to milliseconds. */
export function readDates(data: Data, out: unknown[], at: number): void {
  const { unit } = data.type as Timestamp;
  if (unit !== TimeUnit.MILLISECOND) {
    readAny(data, out, at);
    for (let i = at; i < at + data.length; i++) {
      if (out[i] !== null) out[i] = new Date(Math.floor(out[i] as number));
    }
    return;
  }
  const longs = data.values as BigInt64Array;
  const words = new Int32Array(longs.buffer, longs.byteOffset, longs.length * 2);
  for (let i = 0; i < data.length; i++) {
    out[at + i] = new Date(words[2 * i + 1] * 2 ** 32 + (words[2 * i] >>> 0));
  }
}

/** The values read of each dictionary. All groups of a table share a dictionary, so it is read once. */
const dictionaries = new WeakMap<Vector, Map<string, unknown[]>>();

/** Returns the values of a dictionary in the form named `form`; calls `read` the first time. */
export function dictionaryValues(dictionary: Vector, form: string, read: () => unknown[]): unknown[] {
  let forms = dictionaries.get(dictionary);
  if (!forms) {
    forms = new Map();
    dictionaries.set(dictionary, forms);
  }
  let values = forms.get(form);
  if (!values || values.length !== dictionary.length) {
    values = read();
    forms.set(form, values);
  }
  return values;
}

/** Reads a dictionary column whose dictionary has `values`. */
export function lookUpIndices(data: Data, values: readonly unknown[], out: unknown[], at: number): void {
  const codes = data.values as Int32Array;
  for (let i = 0; i < data.length; i++) out[at + i] = values[Number(codes[i])];
}

function readDictionary(data: Data, field: Field, out: unknown[], at: number): void {
  const dictionary = data.dictionary as Vector;
  const form = `values ${field.metadata.get(JS_KIND) ?? ''}`;
  const values = dictionaryValues(dictionary, form, () => valuesOfColumn(dictionary.data, field));
  lookUpIndices(data, values, out, at);
}

function readLists(data: Data, field: Field, out: unknown[], at: number): void {
  const n = data.length;
  const child = data.children[0];
  const childField = (data.type as List).children[0];
  const isFixed = data.type.typeId === Type.FixedSizeList;
  const { words, step } = isFixed ? { words: undefined, step: 0 } : offsetWords(data);
  const offset = (i: number): number => (words ? words[i * step] : i * data.stride);
  const from = offset(0);
  const items = child.slice(from, offset(n) - from);
  if (field.metadata.get(JS_KIND) === 'TypedArray' && items.nullCount === 0) {
    const values = items.values as Float64Array;
    for (let i = 0; i < n; i++) out[at + i] = values.slice(offset(i) - from, offset(i + 1) - from);
    return;
  }
  const values = valuesOfColumn([items], childField);
  for (let i = 0; i < n; i++) out[at + i] = values.slice(offset(i) - from, offset(i + 1) - from);
}

function readStructs(data: Data, out: unknown[], at: number): void {
  const { children: fields } = data.type as Struct;
  const columns = fields.map((field, j) => valuesOfColumn([data.children[j]], field));
  const rows = objectsFromColumns(
    fields.map((field) => field.name),
    columns,
    data.length,
  );
  for (let i = 0; i < data.length; i++) out[at + i] = rows[i];
}
