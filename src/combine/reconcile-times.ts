import {
  type Data,
  type DataType,
  type Date_,
  DateUnit,
  type Dictionary,
  type Field,
  Float64,
  Timestamp,
  TimeUnit,
  Type,
} from 'apache-arrow';
import { valueReader, withFields, withType } from '../arrow/index.js';
import { fitData } from '../frame/index.js';
import { castNumbers } from './cast-numbers.js';
import { commonType } from './common-type.js';
import { decodeDictionary } from './decode-dictionary.js';
import { withValidity } from './with-validity.js';

/*
 * Functions that get rows see times as numbers, and give back numbers. These get the time type of the table
 * again if it holds them, which may be so in some groups only: a day and an hour is no date. Then both get a
 * type that holds them.
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
      return given.every(isTimeOrNumber)
        ? (asTimestamps(columns, known as Timestamp | Date_) ?? asNumbers(columns))
        : undefined;
    case Type.Time:
    case Type.Duration:
      return given.every(isTimeOrNumber) ? asNumbers(columns) : undefined;
    default:
      return undefined;
  }
}

function haveCommonType(columns: readonly Data[]): boolean {
  let common: DataType | undefined = columns[0]?.type;
  for (const { type } of columns) common = common && commonType(common, type);
  return columns.length === 0 || common !== undefined;
}

const plain = (data: Data): Data => (data.type.typeId === Type.Dictionary ? decodeDictionary(data) : data);

const isList = ({ typeId }: DataType) =>
  typeId === Type.List || typeId === Type.LargeList || typeId === Type.FixedSizeList;

const isLike = (type: DataType, known: DataType) =>
  type.typeId === known.typeId || (isList(type) && isList(known));

const isNumber = ({ typeId }: DataType) => typeId === Type.Int || typeId === Type.Float;

const isTimeOrNumber = ({ type }: Data): boolean =>
  isNumber(type) || [Type.Timestamp, Type.Date, Type.Time, Type.Duration].includes(type.typeId);

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

const UNITS = [TimeUnit.SECOND, TimeUnit.MILLISECOND, TimeUnit.MICROSECOND, TimeUnit.NANOSECOND];

/** Returns the numbers as timestamps of the coarsest unit that holds all of them. */
function asTimestamps(columns: readonly Data[], known: Timestamp | Date_): Data[] | undefined {
  const zone = known.typeId === Type.Timestamp ? (known as Timestamp).timezone : undefined;
  for (const unit of UNITS.slice(coarsestUnit(known))) {
    const type = new Timestamp(unit, zone);
    const made = columns.map((data) => (isNumber(data.type) ? fitData(asFloats(data), type) : data));
    if (!made.includes(undefined)) return haveCommonType(made as Data[]) ? (made as Data[]) : undefined;
  }
  return undefined;
}

function coarsestUnit(type: Timestamp | Date_): number {
  if (type.typeId === Type.Timestamp) return UNITS.indexOf((type as Timestamp).unit);
  return (type as Date_).unit === DateUnit.DAY ? 0 : 1;
}

const asFloats = (data: Data): Data =>
  withValidity(data, new Float64(), { values: castNumbers(data, new Float64()) });

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

function numbersOfTimes(data: Data): Float64Array | undefined {
  const read = valueReader(data);
  const values = new Float64Array(data.length);
  try {
    for (let i = 0; i < data.length; i++) {
      const value = read(i) as number | bigint | null;
      if (value === null) continue;
      values[i] = Number(value);
      if (typeof value === 'bigint' && BigInt(values[i]) !== value) return undefined;
    }
  } catch {
    // apache-arrow throws for a time that no number holds.
    return undefined;
  }
  return values;
}
