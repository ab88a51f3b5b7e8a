import {
  Binary,
  type Data,
  type DataType,
  type Decimal,
  type Dictionary,
  type Float,
  type Int,
  Int8,
  Int16,
  Int32,
  Int64,
  type Interval,
  IntervalUnit,
  List,
  Type,
  Utf8,
} from 'apache-arrow';
import { asBytes, dataOf, typedValues, withFields } from '../arrow/index.js';
import { castData } from '../combine/index.js';
import { ApplyError } from '../errors.js';

/*
 * Spark has no unsigned integers, dictionaries, half floats and fixed sizes, and times in microseconds alone.
 * A column of such a type is uploaded as the numbers, bytes or lists that it is stored as, bit for bit.
 */

/** Returns a column in a type that Spark has: its own, or that in which its values are stored. */
export function storedColumn(name: string, data: Data): Data {
  return relabel(castData(data, plainType(name, data.type)));
}

/** Returns the type without dictionaries, large and fixed-size lists and views, which Spark does not have. */
function plainType(name: string, type: DataType): DataType {
  switch (type.typeId) {
    case Type.Dictionary:
      return plainType(name, (type as Dictionary).dictionary);
    case Type.Utf8View:
      return new Utf8();
    case Type.BinaryView:
      return new Binary();
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList: {
      const [field] = type.children;
      return new List(field.clone({ type: plainType(name, field.type) }));
    }
    case Type.Struct:
    case Type.Map:
      return withFields(
        type,
        type.children.map((field) => {
          const plain = plainType(name, field.type);
          return plain === field.type ? field : field.clone({ type: plain });
        }),
      );
    case Type.Union:
      throw unsupported(name, type);
    case Type.Decimal: {
      const { precision, scale, bitWidth } = type as Decimal;
      if (bitWidth !== 128 || precision > 38 || scale < 0 || scale > precision) throw unsupported(name, type);
      return type;
    }
    case Type.Interval:
      if ((type as Interval).unit === IntervalUnit.MONTH_DAY_NANO) throw unsupported(name, type);
      return type;
    default:
      return type;
  }
}

/** Gives the same values the type in which they are stored, in children too. */
function relabel(data: Data): Data {
  const { type, length, nullCount, nullBitmap: validity, offset, values } = data;
  // A Data that apache-arrow made of nothing lacks children.
  const children = data.children ?? [];
  if (children.length > 0) {
    const stored = children.map(relabel);
    if (stored.every((child, k) => child === children[k])) return data;
    const fields = type.children.map((field, k) =>
      stored[k] === children[k] ? field : field.clone({ type: stored[k].type }),
    );
    return data.clone(withFields(type, fields), offset, length, nullCount, data.buffers, stored);
  }
  if (type.typeId === Type.FixedSizeBinary) return variableBinary(data);
  const storedAs = storedType(type);
  if (storedAs === undefined) return data;
  const relabeled = dataOf(storedAs, length, nullCount, {
    // A column without rows may have no values at all.
    values: typedValues(storedAs, values === undefined ? new Uint8Array(0) : asBytes(values)),
    validity,
  });
  // The bitmap of a slice begins at its offset, the values at the slice.
  return offset === 0 ? relabeled : relabeled.clone(storedAs, offset, length, nullCount);
}

/** Gives bytes of a fixed size offsets. */
function variableBinary({ length, nullCount, nullBitmap: validity, offset, stride, values }: Data): Data {
  const offsets = Int32Array.from({ length: length + 1 }, (_, row) => row * stride);
  const bytes = values === undefined ? new Uint8Array(0) : asBytes(values);
  const binary = dataOf(new Binary(), length, nullCount, { offsets, values: bytes, validity });
  return offset === 0 ? binary : binary.clone(binary.type, offset, length, nullCount);
}

function storedType(type: DataType): DataType | undefined {
  switch (type.typeId) {
    case Type.Int: {
      const { isSigned, bitWidth } = type as Int;
      return isSigned
        ? undefined
        : { 8: new Int8(), 16: new Int16(), 32: new Int32(), 64: new Int64() }[bitWidth];
    }
    case Type.Float:
      return (type as Float).precision === 0 ? new Int16() : undefined;
    case Type.Date:
    case Type.Time:
    case Type.Timestamp:
    case Type.Duration:
    case Type.Interval:
      // A date of days is Spark's own.
      if (type.typeId === Type.Date && type.ArrayType === Int32Array) return undefined;
      return type.ArrayType === Int32Array && !isDayTime(type) ? new Int32() : new Int64();
    default:
      return undefined;
  }
}

const isDayTime = (type: DataType) =>
  type.typeId === Type.Interval && (type as Interval).unit === IntervalUnit.DAY_TIME;

const unsupported = (name: string, type: DataType) =>
  new ApplyError(
    'ERR_UNSUPPORTED',
    `column '${name}' has the type ${type}, which Spark has not: convert or leave out the column`,
  );
