import {
  type Data,
  type DataType,
  type Date_,
  type Dictionary,
  type Field,
  Float64,
  type Timestamp,
  Type,
} from 'apache-arrow';
import { sameType, withFields, withType } from '../arrow/index.js';
import { fitData } from '../frame/index.js';
import { castTimes } from './cast-times.js';
import { commonType } from './common-type.js';
import { decodeDictionary } from './decode-dictionary.js';
import { asFloats, isNumber, numbersOfTimes, timestampsOf } from './times-and-numbers.js';
import { withValidity } from './with-validity.js';

/*
 * Functions that get rows see times as numbers, and give back numbers. These get the time type of the table
 * again if it holds them. If it does so in some groups only, as dates do not hold a day and an hour, all
 * groups get a type that holds both.
 */

/**
 * Returns columns that hold the values of `columns`, and have a common type although some have the time type
 * of the table's column, or of a part of it, and others numbers; undefined where no type holds them.
 *
 * - timestamps and dates: a timestamp of a finer unit, or else milliseconds as Float64
 * - times of day and durations, which are read in their own unit: Float64
 */
export function reconcileTimes(columns: readonly Data[], known: DataType): Data[] | undefined {
  const given = columns.filter(({ type }) => type.typeId !== Type.Null);
  if (haveCommonType(given)) return [...columns];
  switch (known.typeId) {
    case Type.Dictionary:
      return reconcileTimes(columns.map(plain), (known as Dictionary).dictionary);
    case Type.Struct:
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList:
      return given.every(({ type }) => isLike(type, known)) ? reconcileParts(columns, known) : undefined;
    case Type.Timestamp:
    case Type.Date:
      return given.every(({ type }) => isNumber(type) || commonType(known, type) !== undefined)
        ? (asTimestamps(columns, known as Timestamp | Date_) ?? asNumbers(columns))
        : undefined;
    case Type.Time:
    case Type.Duration:
      // Only numbers in the table's own unit belong together.
      return given.every(({ type }) => isNumber(type) || sameType(known, type))
        ? asNumbers(columns)
        : undefined;
    default:
      return undefined;
  }
}

const haveCommonType = (columns: readonly Data[]): boolean =>
  columns.length === 0 || commonOf(columns) !== undefined;

function commonOf(columns: readonly Data[]): DataType | undefined {
  let common: DataType | undefined = columns[0]?.type;
  for (const { type } of columns) common = common && commonType(common, type);
  return common;
}

const plain = (data: Data): Data => (data.type.typeId === Type.Dictionary ? decodeDictionary(data) : data);

const isList = ({ typeId }: DataType) =>
  typeId === Type.List || typeId === Type.LargeList || typeId === Type.FixedSizeList;

const isLike = (type: DataType, known: DataType) =>
  type.typeId === known.typeId || (isList(type) && isList(known));

/** Reconciles the members of structs by name, and the elements of lists. */
function reconcileParts(columns: readonly Data[], known: DataType): Data[] | undefined {
  const made = [...columns];
  for (const field of known.children as readonly Field[]) {
    const places = made.map(({ type }) =>
      known.typeId === Type.Struct ? (type.children ?? []).findIndex(({ name }) => name === field.name) : 0,
    );
    const having = made.map((_, k) => k).filter((k) => made[k].type.typeId !== Type.Null && places[k] >= 0);
    const parts = reconcileTimes(
      having.map((k) => made[k].children[places[k]]),
      field.type,
    );
    if (parts === undefined) return undefined;
    for (const [n, k] of having.entries()) made[k] = withChild(made[k], places[k], parts[n]);
  }
  return haveCommonType(made) ? made : undefined;
}

function withChild(data: Data, place: number, child: Data): Data {
  if (child === data.children[place]) return data;
  const children = data.children.map((each, k) => (k === place ? child : each));
  const fields = (data.type.children as Field[]).map((field, k) =>
    k === place ? withType(field, child.type) : field,
  );
  const type = withFields(data.type, fields);
  return data.clone(type, data.offset, data.length, data.nullCount, data.buffers, children);
}

/** Returns the numbers as timestamps of the coarsest unit that holds all of them. */
function asTimestamps(columns: readonly Data[], known: Timestamp | Date_): Data[] | undefined {
  for (const type of timestampsOf(known)) {
    const made = columns.map((data) => (isNumber(data.type) ? fitData(asFloats(data), type) : data));
    if (!made.includes(undefined)) return areHeld(made as Data[]) ? (made as Data[]) : undefined;
  }
  return undefined;
}

/** Tells whether times have a common type that holds each: a fine unit does not reach far from 1970. */
function areHeld(columns: readonly Data[]): boolean {
  const type = commonOf(columns);
  try {
    for (const data of columns) if (type && data.type.typeId !== Type.Null) castTimes(data, type);
    return type !== undefined;
  } catch {
    return false;
  }
}

/** Returns all columns as the numbers that they are read as; undefined where one has a value of no number. */
function asNumbers(columns: readonly Data[]): Data[] | undefined {
  const made: Data[] = [];
  for (const data of columns) {
    if (data.type.typeId === Type.Null) made.push(data);
    else if (isNumber(data.type)) made.push(asFloats(data));
    else {
      const values = numbersOfTimes(data);
      if (values === undefined) return undefined;
      made.push(withValidity(data, new Float64(), { values }));
    }
  }
  return made;
}
