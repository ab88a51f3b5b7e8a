import {
  type Data,
  type DataType,
  type Dictionary,
  type FixedSizeBinary,
  type FixedSizeList,
  type Struct,
  Type,
} from 'apache-arrow';
import {
  concatData,
  convertOffsets,
  dataOf,
  encodeDictionary,
  layoutOf,
  offsetWords,
  sameType,
} from '../../arrow/index.js';
import { fitFloats, fitIntegers, fitWords } from './fit-numbers.js';
import { fitTimes } from './fit-times.js';
import { inferredValidity } from './inferred-validity.js';

/**
 * Converts a column that was inferred from JavaScript values to `type`; undefined unless `type` holds each
 * value exactly. JavaScript has fewer types than Arrow: an Int16 or a date comes back from a function as a
 * number, and gets its type here.
 *
 * @param source the column that the values were read from, if there is one; times that were rounded when they
 * were read, and came back unchanged, are restored from it to the last bit
 */
export function fitData(data: Data, type: DataType, source?: Data): Data | undefined {
  if (sameType(data.type, type)) return data;
  switch (type.typeId) {
    case Type.Int:
      return fitIntegers(data, type);
    case Type.Time:
    case Type.Duration:
      return fitIntegers(data, type);
    case Type.Float:
      return fitFloats(data, type);
    case Type.Date:
    case Type.Timestamp:
      return fitTimes(data, type, source);
    case Type.Decimal:
    case Type.Interval:
      return fitWords(data, type);
    case Type.LargeUtf8:
      return data.type.typeId === Type.Utf8 ? withOffsets(data, type) : undefined;
    case Type.LargeBinary:
      return data.type.typeId === Type.Binary ? withOffsets(data, type) : undefined;
    case Type.FixedSizeBinary:
      return data.type.typeId === Type.Binary ? fixedBinary(data, type as FixedSizeBinary) : undefined;
    case Type.Dictionary:
      return fitDictionary(data, type as Dictionary);
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList:
      return data.type.typeId === Type.List ? fitLists(data, type) : undefined;
    case Type.Struct:
      return data.type.typeId === Type.Struct ? fitStructs(data, type as Struct) : undefined;
    default:
      return undefined;
  }
}

/** Gives strings, binary or lists the offsets of another type; values are not copied. */
function withOffsets(data: Data, type: DataType, children?: readonly Data[]): Data {
  const offsets = convertOffsets(data, type);
  const buffers = { offsets, values: data.values, validity: inferredValidity(data) };
  return dataOf(type, data.length, data.nullCount, buffers, { children });
}

/** Returns the values as fixed-size binary; undefined where one has another length. */
function fixedBinary(data: Data, type: FixedSizeBinary): Data | undefined {
  const { words } = offsetWords(data);
  const values = new Uint8Array(data.length * type.byteWidth);
  for (let i = 0; i < data.length; i++) {
    const bytes = (data.values as Uint8Array).subarray(words[i], words[i + 1]);
    if (bytes.length === type.byteWidth) values.set(bytes, i * type.byteWidth);
    else if (data.getValid(i)) return undefined;
  }
  return dataOf(type, data.length, data.nullCount, { values, validity: inferredValidity(data) });
}

/**
 * Encodes strings or binary. The dictionary holds the values of this group, and is joined with other groups'
 * later.
 */
function fitDictionary(data: Data, type: Dictionary): Data | undefined {
  const values = fitData(data, type.dictionary);
  if (values === undefined || layoutOf(values.type) !== 'variable') return undefined;
  const most = Math.min(data.length, 2 ** (type.indices.bitWidth - (type.indices.isSigned ? 1 : 0)));
  return encodeDictionary(type.dictionary, [values], most, (size) => new Uint8Array(size), type);
}

/** Fits the elements, and checks the lengths for a fixed-size list. */
function fitLists(data: Data, type: DataType): Data | undefined {
  const child = fitData(data.children[0], type.children[0].type);
  if (child === undefined) return undefined;
  if (type.typeId !== Type.FixedSizeList) return withOffsets(data, type, [child]);
  const { listSize } = type as FixedSizeList;
  const { words } = offsetWords(data);
  // A null row has no elements in `data`; a fixed-size list needs `listSize` of them there, of any value.
  const rows: Data[] = [];
  for (let i = 0; i < data.length; i++) {
    const isNull = !data.getValid(i);
    if (isNull && child.length < listSize) return undefined;
    if (!isNull && words[i + 1] - words[i] !== listSize) return undefined;
    rows.push(child.slice(isNull ? 0 : words[i], listSize));
  }
  const children = [concatData(child.type, rows, (size) => new Uint8Array(size))];
  return dataOf(type, data.length, data.nullCount, { validity: inferredValidity(data) }, { children });
}

/** Fits the members by name; undefined unless both types have the same ones. */
function fitStructs(data: Data, type: Struct): Data | undefined {
  const names = data.type.children.map((field) => field.name);
  if (names.length !== type.children.length) return undefined;
  const children: Data[] = [];
  for (const field of type.children) {
    const k = names.indexOf(field.name);
    const child = k < 0 ? undefined : fitData(data.children[k], field.type);
    if (child === undefined) return undefined;
    children.push(child);
  }
  return dataOf(type, data.length, data.nullCount, { validity: inferredValidity(data) }, { children });
}
