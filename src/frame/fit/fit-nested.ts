import {
  type Data,
  type DataType,
  Field,
  type FixedSizeList,
  Type,
  type Union,
  UnionMode,
} from 'apache-arrow';
import {
  concatData,
  convertOffsets,
  dataOf,
  elementsOf,
  nullData,
  offsetWords,
  withFields,
} from '../../arrow/index.js';
import type { Fit } from './fit.js';
import { fitMapKeys } from './fit-map-keys.js';
import { inferredValidity } from './inferred-validity.js';

/** Gives strings, binary, lists or maps the offsets of another type; values are not copied. */
export function withOffsets(data: Data, type: DataType, children?: readonly Data[]): Data {
  const offsets = convertOffsets(data, type);
  const buffers = { offsets, values: data.values, validity: inferredValidity(data) };
  return dataOf(type, data.length, data.nullCount, buffers, { children });
}

/** Fits the elements, and checks the lengths for a fixed-size list. */
export function fitLists(data: Data, type: DataType, source: Data | undefined, fit: Fit): Data | undefined {
  const child = fit(data.children[0], type.children[0].type, source && elementsOf(source));
  if (child === undefined) return undefined;
  if (type.typeId !== Type.FixedSizeList) return withOffsets(data, fittedType(type, [child]), [child]);
  const { listSize } = type as FixedSizeList;
  const { words } = offsetWords(data);
  // A null row has no elements in `data`; a fixed-size list needs `listSize` of them there, of any value.
  const rows: Data[] = [];
  for (let i = 0; i < data.length; i++) {
    if (!data.getValid(i)) rows.push(nullData(child.type, listSize));
    else if (words[i + 1] - words[i] === listSize) rows.push(child.slice(words[i], listSize));
    else return undefined;
  }
  const children = [concatData(child.type, rows, (size) => new Uint8Array(size))];
  const validity = inferredValidity(data);
  return dataOf(fittedType(type, children), data.length, data.nullCount, { validity }, { children });
}

/** Fits the members by name; undefined unless both types have the same ones. */
export function fitStructs(data: Data, type: DataType, source: Data | undefined, fit: Fit): Data | undefined {
  const names = data.type.children.map((field) => field.name);
  if (names.length !== type.children.length) return undefined;
  const children: Data[] = [];
  for (const [position, field] of type.children.entries()) {
    const k = names.indexOf(field.name);
    const child = k < 0 ? undefined : fit(data.children[k], field.type, source?.children[position]);
    if (child === undefined) return undefined;
    children.push(child);
  }
  const validity = inferredValidity(data);
  return dataOf(fittedType(type, children), data.length, data.nullCount, { validity }, { children });
}

/** Fits keys and values of maps whose keys are texts. */
export function fitMaps(data: Data, type: DataType, source: Data | undefined, fit: Fit): Data | undefined {
  const [entries] = data.children;
  const [entriesField] = type.children;
  const [keyField, valueField] = entriesField.type.children;
  const known = source && elementsOf(source);
  const keys = fitMapKeys(entries.children[0], keyField.type, known?.children[0], fit);
  const values = fit(entries.children[1], valueField.type, known?.children[1]);
  if (keys === undefined || values === undefined) return undefined;
  const children = [keys, values];
  const fitted = dataOf(fittedType(entriesField.type, children), entries.length, 0, {}, { children });
  return withOffsets(data, fittedType(type, [fitted]), [fitted]);
}

/** Fits the children of unions that have the same ones. */
export function fitUnions(data: Data, type: DataType, source: Data | undefined, fit: Fit): Data | undefined {
  const { mode, typeIds } = type as Union;
  const own = data.type as Union;
  if (own.mode !== mode || String(own.typeIds) !== String(typeIds)) return undefined;
  const children: Data[] = [];
  for (const [k, field] of type.children.entries()) {
    const child = fit(data.children[k], field.type, source?.children[k]);
    if (child === undefined) return undefined;
    children.push(child);
  }
  const offsets = mode === UnionMode.Dense ? (data.valueOffsets as Int32Array) : undefined;
  const buffers = { offsets, typeIds: data.typeIds as Int8Array };
  return dataOf(fittedType(type, children), data.length, 0, buffers, { children });
}

/** Returns the nested type with the types of fitted children; nulls alone leave theirs open. */
function fittedType(type: DataType, children: readonly Data[]): DataType {
  const fields = (type.children as Field[]).map((field, k) => {
    if (children[k].type === field.type) return field;
    const isOpen = children[k].type.typeId === Type.Null;
    return isOpen ? new Field(field.name, children[k].type, true) : field.clone({ type: children[k].type });
  });
  return withFields(type, fields);
}
