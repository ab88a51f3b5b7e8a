import {
  type Data,
  type Field,
  type List,
  type Struct,
  Type,
  type Union,
  UnionMode,
  type Vector,
} from 'apache-arrow';
import { getBit } from './bits.js';
import { dictionaryValues } from './dictionary-values.js';
import { JS_KIND } from './js-kind.js';
import { offsetWords } from './layout.js';
import { mapKeyTexts } from './map-keys.js';
import { fillNulls, lookUpIndices, readAny, readDates, readNumbers } from './read-flat.js';
import { readUtf8 } from './read-utf8.js';
import { type Members, objectsFromColumns, setMember } from './row-objects.js';

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
    case Type.Map:
      readMaps(data, out, at);
      break;
    case Type.Union:
      readUnions(data, out, at);
      return;
    default:
      readAny(data, out, at);
      return;
  }
  fillNulls(data, out, at, null);
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

/** Reads maps as objects; of two entries with one key the last counts. */
function readMaps(data: Data, out: unknown[], at: number): void {
  const { words } = offsetWords(data);
  const from = words[0];
  const [keys, values] = data.children[0].slice(from, words[data.length] - from).children;
  const names = mapKeyTexts(keys);
  const cells = valuesOfColumn([values], data.type.children[0].type.children[1]);
  for (let i = 0; i < data.length; i++) {
    const object: Members = {};
    for (let k = words[i] - from; k < words[i + 1] - from; k++) setMember(object, names[k], cells[k]);
    out[at + i] = object;
  }
}

function readUnions(data: Data, out: unknown[], at: number): void {
  const { mode, typeIdToChildIndex, children } = data.type as Union;
  const cells = children.map((field: Field, k) => valuesOfColumn([data.children[k]], field));
  for (let i = 0; i < data.length; i++) {
    const row = mode === UnionMode.Dense ? data.valueOffsets[i] : i;
    out[at + i] = cells[typeIdToChildIndex[data.typeIds[i]]][row];
  }
}
