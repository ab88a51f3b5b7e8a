import {
  type DataType,
  type Date_,
  DateUnit,
  type Dictionary,
  type Schema,
  type Timestamp,
  Type,
} from 'apache-arrow';
import { ApplyError } from '../errors.js';
import { nearest } from '../options/index.js';
import { compareText, preview } from '../util/index.js';
import type { Comparable, ValueRange } from './format.js';
import { unknownOperator } from './unknown-operator.js';

/** A value that `where` compares a column with. Dates and ISO texts go for dates and timestamps. */
export type WhereValue = string | number | bigint | boolean | Date | null;

/** Conditions on one column, all of which must hold. Rows that are null match only `eq: null`. */
export interface Comparison {
  /** Equal to this value. */
  readonly eq?: WhereValue;
  /** Not equal to it. */
  readonly ne?: WhereValue;
  /** Greater than it. */
  readonly gt?: WhereValue;
  /** Greater than it, or equal. */
  readonly gte?: WhereValue;
  /** Less than it. */
  readonly lt?: WhereValue;
  /** Less than it, or equal. */
  readonly lte?: WhereValue;
}

/** Conditions by column: a value, an array of values of which one must be equal, or comparisons. */
export type Where = { readonly [column: string]: WhereValue | readonly WhereValue[] | Comparison };

type Operator = keyof Comparison;

/** A condition on a column, in values of the column's type, as it is posted to workers. */
export interface Condition {
  readonly column: string;
  readonly tests: readonly Test[];
}

type Test =
  /** The value is one of these, or null. */
  | { readonly is: 'in'; readonly values: readonly Comparable[]; readonly orNull: boolean }
  | { readonly is: Exclude<Operator, 'eq'>; readonly value: Comparable }
  | { readonly is: 'notNull' };

const OPERATORS: readonly Operator[] = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'];

/** Translates the conditions on columns of a schema; `all` has the names that the caller may mean. */
export function resolveWhere(where: Where, schema: Schema): Condition[] {
  return Object.entries(where).map(([column, given]) => {
    const field = schema.fields.find(({ name }) => name === column);
    if (field === undefined) {
      const near = nearest(
        column,
        schema.fields.map(({ name }) => name),
      );
      const hint = near === undefined ? '' : `; did you mean '${near}'?`;
      throw new ApplyError('ERR_UNKNOWN_COLUMN', `scan: where names '${column}', which no file has${hint}`);
    }
    return { column, tests: testsOf(column, given, field.type) };
  });
}

function testsOf(column: string, given: Where[string], type: DataType): Test[] {
  if (Array.isArray(given)) return [oneOf(column, given, type)];
  if (!isComparison(given)) return [oneOf(column, [given as WhereValue], type)];
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  if (entries.length === 0) throw invalid(column, given);
  return entries.map(([name, value]): Test => {
    if (!OPERATORS.includes(name as Operator)) throw unknownOperator(column, name, OPERATORS);
    if (name === 'eq') return oneOf(column, [value], type);
    if (value === null) {
      if (name !== 'ne') throw invalid(column, given);
      return { is: 'notNull' };
    }
    return { is: name as Exclude<Operator, 'eq'>, value: toComparable(column, value, type) };
  });
}

const isComparison = (given: Where[string]): given is Comparison =>
  typeof given === 'object' && given !== null && !(given instanceof Date);

function oneOf(column: string, values: readonly WhereValue[], type: DataType): Test {
  const present = values.filter((value) => value !== null);
  return {
    is: 'in',
    values: present.map((value) => toComparable(column, value, type)),
    orNull: present.length < values.length,
  };
}

function invalid(column: string, given: unknown): ApplyError {
  return new ApplyError(
    'ERR_INVALID_OPTION',
    `scan: where.${column} must be a value, an array of values, or an object of eq, ne, gt, gte, lt and lte, ` +
      `got ${preview(given)}`,
  );
}

/** Returns a value as the column has it: times in the column's unit. */
function toComparable(column: string, value: WhereValue, type: DataType): Comparable {
  const comparable = comparableOf(value, type);
  if (comparable !== undefined) return comparable;
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    `scan: where.${column} compares a column of type ${type} with ${preview(value)}`,
  );
}

const DAY_MS = 86_400_000;

function comparableOf(value: WhereValue, type: DataType): Comparable | undefined {
  switch (type.typeId) {
    case Type.Dictionary:
      return comparableOf(value, (type as Dictionary).dictionary);
    case Type.Int:
    case Type.Float:
      return typeof value === 'number' || typeof value === 'bigint' ? value : undefined;
    case Type.Bool:
      return typeof value === 'boolean' ? value : undefined;
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return typeof value === 'string' ? value : undefined;
    case Type.Date: {
      const time = timeOf(value);
      return time === undefined || (type as Date_).unit === DateUnit.MILLISECOND ? time : time / DAY_MS;
    }
    case Type.Timestamp: {
      const time = timeOf(value);
      if (time === undefined) return undefined;
      const { unit } = type as Timestamp;
      if (unit === 0) return time / 1000;
      return unit === 1 ? time : BigInt(Math.round(time)) * 1000n ** BigInt(unit - 1);
    }
    default:
      return undefined;
  }
}

/**
 * Returns milliseconds since 1970. A text without a time zone means UTC, as times without one do in Arrow.
 */
function timeOf(value: WhereValue): number | undefined {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d/.test(value)) return undefined;
  const hasZone = value.length === 10 || /(?:Z|[+-]\d\d:?\d\d)$/i.test(value);
  const time = Date.parse(hasZone ? value : `${value}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** Orders values; texts by code point, as files note their bounds. */
export function compare(a: Comparable, b: Comparable): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return a < b ? -1 : a > b ? 1 : a >= b ? 0 : Number.NaN;
}

/** Tells whether a value meets a condition. */
export function matches({ tests }: Condition, value: Comparable | null): boolean {
  return tests.every((test) => {
    if (test.is === 'in') {
      return value === null ? test.orNull : test.values.some((each) => compare(value, each) === 0);
    }
    if (value === null) return false;
    if (test.is === 'notNull') return true;
    const order = compare(value, test.value);
    switch (test.is) {
      case 'ne':
        return order !== 0;
      case 'gt':
        return order > 0;
      case 'gte':
        return order >= 0;
      case 'lt':
        return order < 0;
      default:
        return order <= 0;
    }
  });
}

/** Tells whether a value of a part may meet a condition, by the bounds of the part. */
export function mayMatch({ tests }: Condition, range: ValueRange | undefined, numRows: number): boolean {
  if (range === undefined) return true;
  const { min, max, nullCount } = range;
  const isAllNull = nullCount === numRows;
  const reaches = (value: Comparable) => max === undefined || compare(max, value) >= 0;
  const isReached = (value: Comparable) => min === undefined || compare(min, value) <= 0;
  return tests.every((test) => {
    if (test.is === 'in' && test.orNull && nullCount !== 0) return true;
    if (isAllNull) return false;
    switch (test.is) {
      case 'in':
        return test.values.some((value) => reaches(value) && isReached(value));
      case 'gt':
        return max === undefined || compare(max, test.value) > 0;
      case 'gte':
        return reaches(test.value);
      case 'lt':
        return min === undefined || compare(min, test.value) < 0;
      case 'lte':
        return isReached(test.value);
      default:
        return true;
    }
  });
}
