import {
  type DataType,
  type Decimal,
  type Dictionary,
  type FixedSizeBinary,
  type FixedSizeList,
  Float64,
  type Interval,
  IntervalUnit,
  Type,
} from 'apache-arrow';
import { dataOf, kindOf } from '../../arrow/index.js';
import { fitData } from '../fit/index.js';

/** Tells whether values of this type may be read as `value`; looks at nested values only as a whole. */
export function accepts(type: DataType, value: unknown): boolean {
  if (type.typeId === Type.Dictionary) return accepts((type as Dictionary).dictionary, value);
  if (type.typeId === Type.Union) return type.children.some((child) => accepts(child.type, value));
  const isWide = type.ArrayType === BigInt64Array || type.ArrayType === BigUint64Array;
  switch (kindOf(value)) {
    case 'number':
      return acceptsNumber(type, value as number, isWide);
    case 'bigint':
      return (
        isWide && (type.typeId === Type.Int || type.typeId === Type.Time || type.typeId === Type.Duration)
      );
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
      return type.typeId === Type.Struct || type.typeId === Type.Map;
    default:
      return false;
  }
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
      return true;
    case Type.FixedSizeList:
      return (type as FixedSizeList).listSize === value.length;
    case Type.Decimal:
      return value instanceof Uint32Array && value.length === (type as Decimal).bitWidth / 32;
    case Type.Interval:
      return value instanceof Int32Array && value.length === wordsOfInterval(type as Interval);
    default:
      return false;
  }
}

const wordsOfInterval = ({ unit }: Interval) => (unit === IntervalUnit.MONTH_DAY_NANO ? 4 : 2);
