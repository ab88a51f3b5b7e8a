import { type Data, type DataType, type Dictionary, type Timestamp, TimeUnit, Type } from 'apache-arrow';
import { valueReader } from '../arrow/index.js';
import { missingRows } from './column.js';

/** The kinds of values that keys can be; keys of two kinds are never equal. */
export type KeyKind = 'text' | 'number' | 'boolean' | 'time' | 'null';

/** Returns the kind of values of a type; undefined for a type that is no key. */
export function keyKind(type: DataType): KeyKind | undefined {
  switch (type.typeId) {
    case Type.Null:
      return 'null';
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return 'text';
    case Type.Int:
    case Type.Float:
      return 'number';
    case Type.Bool:
      return 'boolean';
    case Type.Date:
    case Type.Timestamp:
      return 'time';
    case Type.Dictionary:
      return keyKind((type as Dictionary).dictionary);
    default:
      return undefined;
  }
}

/** A value by which equal keys are found in a Map. Missing values are null. */
export type KeyValue = string | number | bigint | boolean | null;

/** Reads the key in a row. Keys of integers of any width are equal, and so are times of any unit. */
export function keyReader(data: Data): (row: number) => KeyValue {
  const missing = missingRows(data);
  const read = presentReader(data);
  return missing ? (row) => (missing[row] === 1 ? null : read(row)) : read;
}

function presentReader(data: Data): (row: number) => KeyValue {
  const { type } = data;
  const values: unknown = data.values;
  if (type.typeId === Type.Dictionary) return dictionaryReader(data);
  if (type.typeId === Type.Timestamp && values instanceof BigInt64Array) {
    const factor = NANOSECONDS[(type as Timestamp).unit];
    return (row) => fewest(values[row] * factor);
  }
  if (type.typeId === Type.Date) {
    const read = valueReader(data);
    return (row) => fewest(BigInt(Number(read(row))) * 1_000_000n);
  }
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    return type.typeId === Type.Int ? (row) => fewest(values[row]) : () => null;
  }
  if (type.typeId === Type.Int || (type.typeId === Type.Float && !(values instanceof Uint16Array))) {
    return (row) => (values as ArrayLike<number>)[row];
  }
  return valueReader(data) as (row: number) => KeyValue;
}

const NANOSECONDS: { readonly [unit: number]: bigint } = {
  [TimeUnit.SECOND]: 1_000_000_000n,
  [TimeUnit.MILLISECOND]: 1_000_000n,
  [TimeUnit.MICROSECOND]: 1_000n,
  [TimeUnit.NANOSECOND]: 1n,
};

/** Returns a bigint as a number where that is exact, so that it equals a number of another column. */
function fewest(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Reads each entry of the dictionary once. A group has few of them, and the dictionary may have many. */
function dictionaryReader(data: Data): (row: number) => KeyValue {
  const codes = data.values as unknown as ArrayLike<number | bigint>;
  const readEntry = entryReader(data.dictionary?.data ?? []);
  const known = new Map<number, KeyValue>();
  return (row) => {
    const code = Number(codes[row]);
    let value = known.get(code);
    if (value === undefined) {
      value = readEntry(code);
      known.set(code, value);
    }
    return value;
  };
}

/** Reads the entries of a dictionary in several chunks. */
function entryReader(chunks: readonly Data[]): (entry: number) => KeyValue {
  const readers = chunks.map((chunk) => keyReader(chunk));
  return (entry) => {
    let [at, chunk] = [entry, 0];
    while (at >= chunks[chunk].length) at -= chunks[chunk++].length;
    return readers[chunk](at);
  };
}
