import {
  type DataType,
  type Decimal,
  type Dictionary,
  type Field,
  type FixedSizeBinary,
  type FixedSizeList,
  Float64,
  type Int,
  type Interval,
  IntervalUnit,
  Type,
} from 'apache-arrow';
import { dataOf, isArrowRow, kindOf } from '../../arrow/index.js';
import { fitData } from '../fit/index.js';

type Members = { readonly [name: string]: unknown };

/** Tells whether a value of this type may be read as `value`, with all that is inside. */
export function accepts(type: DataType, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (type.typeId === Type.Dictionary) return accepts((type as Dictionary).dictionary, value);
  if (type.typeId === Type.Union) return type.children.some((child) => accepts(child.type, value));
  const isWide = type.ArrayType === BigInt64Array || type.ArrayType === BigUint64Array;
  switch (kindOf(value)) {
    case 'number':
      return acceptsNumber(type, value as number, isWide);
    case 'bigint':
      return isWide && acceptsBigint(type, value as bigint);
    case 'boolean':
      return type.typeId === Type.Bool;
    case 'string':
      return type.typeId === Type.Utf8 || type.typeId === Type.LargeUtf8 || type.typeId === Type.Utf8View;
    case 'Date':
      return type.typeId === Type.Timestamp;
    case 'Uint8Array':
      return acceptsBytes(type, value as Uint8Array);
    case 'array':
      return acceptsArray(type, value as ArrayLike<unknown>);
    case 'object':
      return acceptsObject(type, isArrowRow(value) ? value.toJSON() : (value as Members));
    default:
      return false;
  }
}

function acceptsBigint(type: DataType, value: bigint): boolean {
  if (type.typeId === Type.Int && !(type as Int).isSigned) return BigInt.asUintN(64, value) === value;
  const isCount = type.typeId === Type.Int || type.typeId === Type.Time || type.typeId === Type.Duration;
  return isCount && BigInt.asIntN(64, value) === value;
}

const NUMBERS: ReadonlySet<Type> = new Set([Type.Int, Type.Float, Type.Date, Type.Timestamp, Type.Time]);

/** 64-bit integers are read as bigints, dates and timestamps of any width as numbers. */
function acceptsNumber(type: DataType, value: number, isWide: boolean): boolean {
  if (!NUMBERS.has(type.typeId)) return false;
  if (isWide && type.typeId !== Type.Date && type.typeId !== Type.Timestamp) return false;
  return fitData(dataOf(new Float64(), 1, 0, { values: Float64Array.of(value) }), type) !== undefined;
}

function acceptsBytes(type: DataType, value: Uint8Array): boolean {
  switch (type.typeId) {
    case Type.Binary:
    case Type.LargeBinary:
    case Type.BinaryView:
      return true;
    case Type.FixedSizeBinary:
      return (type as FixedSizeBinary).byteWidth === value.length;
    default:
      return false;
  }
}

/** Decimals and intervals are arrays of their words. */
function acceptsArray(type: DataType, value: ArrayLike<unknown>): boolean {
  switch (type.typeId) {
    case Type.List:
    case Type.LargeList:
      return acceptsAll(type.children[0].type, value);
    case Type.FixedSizeList:
      return (type as FixedSizeList).listSize === value.length && acceptsAll(type.children[0].type, value);
    case Type.Decimal:
      return value instanceof Uint32Array && value.length === (type as Decimal).bitWidth / 32;
    case Type.Interval:
      return value instanceof Int32Array && value.length === wordsOfInterval(type as Interval);
    default:
      return false;
  }
}

/**
 * Tells whether a typed array is what `type` is read as: words of a decimal or an interval, or a list of just
 * these numbers. A list of dates, say, accepts its numbers too, and is not read as one.
 */
export function isReadAs(type: DataType, value: unknown): boolean {
  if (!ArrayBuffer.isView(value) || !accepts(type, value)) return false;
  const isWords = type.typeId === Type.Decimal || type.typeId === Type.Interval;
  return isWords || type.children?.[0]?.type.ArrayType === value.constructor;
}

const acceptsAll = (type: DataType, values: ArrayLike<unknown>): boolean =>
  Array.prototype.every.call(values, (value) => accepts(type, value));

function acceptsObject(type: DataType, value: Members): boolean {
  if (type.typeId === Type.Map)
    return acceptsAll(type.children[0].type.children[1].type, Object.values(value));
  if (type.typeId !== Type.Struct) return false;
  const types = new Map((type.children as Field[]).map((field) => [field.name, field.type]));
  const members = Object.entries(value);
  if (members.length !== types.size) return false;
  return members.every(([name, member]) => {
    const own = types.get(name);
    return own !== undefined && accepts(own, member);
  });
}

const wordsOfInterval = ({ unit }: Interval) => (unit === IntervalUnit.MONTH_DAY_NANO ? 4 : 2);
