import {
  Binary,
  type DataType,
  type Date_,
  DateMillisecond,
  DateUnit,
  Decimal,
  Dictionary,
  type Duration,
  Field,
  FixedSizeList,
  Float,
  Float64,
  Int,
  Int64,
  LargeBinary,
  LargeList,
  LargeUtf8,
  List,
  Map_,
  type Precision,
  Struct,
  type Time,
  Timestamp,
  TimeUnit,
  Type,
  Union,
  Utf8,
} from 'apache-arrow';
import { sameType, withType } from '../arrow/index.js';

/**
 * Returns the smallest type that holds the values of both without loss; undefined where there is none. An
 * integer and a float give float64, as in pandas, and so does a decimal with either.
 */
export function commonType(a: DataType, b: DataType): DataType | undefined {
  if (sameType(a, b)) return a;
  if (a.typeId === Type.Null) return b;
  if (b.typeId === Type.Null) return a;
  if (a.typeId === Type.Dictionary || b.typeId === Type.Dictionary) return commonDictionary(a, b);
  if (isNumber(a) && isNumber(b)) return commonNumber(a, b);
  if (isNumberOrDecimal(a) && isNumberOrDecimal(b) && a.typeId !== b.typeId) return new Float64();
  if (isText(a) && isText(b)) return isLarge(a) || isLarge(b) ? new LargeUtf8() : new Utf8();
  if (isBytes(a) && isBytes(b)) return isLarge(a) || isLarge(b) ? new LargeBinary() : new Binary();
  if (isList(a) && isList(b) && !hasSameSize(a, b)) return commonList(a, b);
  if (isDay(a) && isDay(b)) return commonDay(a as Date_ | Timestamp, b as Date_ | Timestamp);
  if (a.typeId !== b.typeId) return undefined;
  switch (a.typeId) {
    case Type.Time:
    case Type.Duration:
      return finer(a as Time | Duration, b as Time | Duration);
    case Type.Decimal:
      return commonDecimal(a as Decimal, b as Decimal);
    case Type.Struct:
      return commonStruct(a as Struct, b as Struct);
    case Type.Map:
      return commonMap(a as Map_, b as Map_);
    case Type.FixedSizeList:
      return commonFixedSizeList(a as FixedSizeList, b as FixedSizeList);
    case Type.Union:
      return commonUnion(a as Union, b as Union);
    default:
      return undefined;
  }
}

/** Tells whether every value of `from` fits into `to`. */
export function canCast(from: DataType, to: DataType): boolean {
  const common = commonType(to, from);
  return common !== undefined && sameType(common, to);
}

const isNumber = ({ typeId }: DataType) => typeId === Type.Int || typeId === Type.Float;
const isNumberOrDecimal = (type: DataType) => isNumber(type) || type.typeId === Type.Decimal;
const isText = ({ typeId }: DataType) =>
  typeId === Type.Utf8 || typeId === Type.LargeUtf8 || typeId === Type.Utf8View;
const isBytes = ({ typeId }: DataType) =>
  typeId === Type.Binary || typeId === Type.LargeBinary || typeId === Type.BinaryView;
const isLarge = ({ typeId }: DataType) => typeId === Type.LargeUtf8 || typeId === Type.LargeBinary;
const hasSameSize = (a: DataType, b: DataType) =>
  a.typeId === Type.FixedSizeList &&
  b.typeId === Type.FixedSizeList &&
  (a as FixedSizeList).listSize === (b as FixedSizeList).listSize;
const isDay = ({ typeId }: DataType) => typeId === Type.Date || typeId === Type.Timestamp;
const isList = ({ typeId }: DataType) =>
  typeId === Type.List || typeId === Type.LargeList || typeId === Type.FixedSizeList;

/**
 * Two dictionaries of one value type stay a dictionary; any other pair becomes plain, of the common type of
 * the values.
 */
function commonDictionary(a: DataType, b: DataType): DataType | undefined {
  const valueA = a.typeId === Type.Dictionary ? (a as Dictionary).dictionary : a;
  const valueB = b.typeId === Type.Dictionary ? (b as Dictionary).dictionary : b;
  const values = commonType(valueA, valueB);
  if (values === undefined || a.typeId !== b.typeId || !sameType(valueA, valueB)) return values;
  const x = a as Dictionary;
  const y = b as Dictionary;
  const indices = commonNumber(x.indices, y.indices) ?? new Int64();
  return new Dictionary(values, indices as Dictionary['indices'], x.id, x.isOrdered && y.isOrdered);
}

/** Returns undefined only for a signed integer and uint64: no integer holds both. */
function commonNumber(a: DataType, b: DataType): DataType | undefined {
  if (a.typeId === Type.Float && b.typeId === Type.Float) {
    return new Float(Math.max((a as Float).precision, (b as Float).precision) as Precision);
  }
  if (a.typeId === Type.Float || b.typeId === Type.Float) return new Float64();
  const x = a as Int;
  const y = b as Int;
  if (x.isSigned === y.isSigned) return x.bitWidth >= y.bitWidth ? x : y;
  const [signed, unsigned] = x.isSigned ? [x, y] : [y, x];
  const bits = Math.max(signed.bitWidth, unsigned.bitWidth * 2);
  return bits <= 64 ? new Int(true, bits as 64) : undefined;
}

/** A date counts as midnight without a time zone, so it has a common type with timestamps that have none. */
function commonDay(a: Date_ | Timestamp, b: Date_ | Timestamp): DataType | undefined {
  if (a.typeId === Type.Date && b.typeId === Type.Date) return new DateMillisecond();
  if ((zoneOf(a) ?? '') !== (zoneOf(b) ?? '')) return undefined;
  return new Timestamp(Math.max(unitOf(a), unitOf(b)), zoneOf(a) ?? zoneOf(b));
}

const zoneOf = (type: Date_ | Timestamp) => ('timezone' in type ? type.timezone : undefined);

/** Returns the coarsest unit of timestamps that holds the values. */
function unitOf(type: Date_ | Timestamp): TimeUnit {
  if (type.typeId === Type.Timestamp) return (type as Timestamp).unit;
  return (type as Date_).unit === DateUnit.DAY ? TimeUnit.SECOND : TimeUnit.MILLISECOND;
}

const finer = (a: Time | Duration, b: Time | Duration): DataType => (a.unit >= b.unit ? a : b);

function commonDecimal(a: Decimal, b: Decimal): DataType | undefined {
  const scale = Math.max(a.scale, b.scale);
  const precision = Math.max(a.precision - a.scale, b.precision - b.scale) + scale;
  if (precision > 76) return undefined;
  return new Decimal(scale, precision, Math.max(a.bitWidth, b.bitWidth, decimalBits(precision)));
}

const decimalBits = (precision: number) =>
  precision > 38 ? 256 : precision > 18 ? 128 : precision > 9 ? 64 : 32;

/**
 * Merges the metadata of both fields; for a key that both have, the field that already has the common type
 * wins. An extension type of another type does not count.
 */
export function commonMetadata(a: Field, b: Field, type: DataType): Map<string, string> {
  const [less, more] = sameType(type, b.type) && !sameType(type, a.type) ? [a, b] : [b, a];
  return new Map([...withType(less, type).metadata, ...withType(more, type).metadata]);
}

function commonList(a: DataType, b: DataType): DataType | undefined {
  const element = commonType(a.children[0].type, b.children[0].type);
  if (element === undefined) return undefined;
  const metadata = commonMetadata(a.children[0], b.children[0], element);
  const field = a.children[0].clone({ type: element, nullable: true, metadata });
  return a.typeId === Type.LargeList || b.typeId === Type.LargeList ? new LargeList(field) : new List(field);
}

/** Unites members by name, in order of first appearance; a member that one side lacks is null there. */
function commonStruct(a: Struct, b: Struct): DataType | undefined {
  const fields = new Map(a.children.map((field: Field) => [field.name, field]));
  for (const field of b.children as Field[]) {
    const other = fields.get(field.name);
    const type = other ? commonType(other.type, field.type) : field.type;
    if (type === undefined) return undefined;
    const metadata = other ? commonMetadata(other, field, type) : field.metadata;
    fields.set(field.name, new Field(field.name, type, true, metadata));
  }
  return new Struct([...fields.values()]);
}

/** The entries of maps correspond by position: Arrow leaves their names to the writer. */
function commonMap(a: Map_, b: Map_): DataType | undefined {
  const [entries] = a.children;
  const members = commonFields(entries.type.children, b.children[0].type.children);
  if (members === undefined) return undefined;
  const field = entries.clone({ type: new Struct(members) });
  return new Map_(field as never, a.keysSorted && b.keysSorted);
}

function commonFixedSizeList(a: FixedSizeList, b: FixedSizeList): DataType | undefined {
  const fields = a.listSize === b.listSize ? commonFields(a.children, b.children) : undefined;
  return fields && new FixedSizeList(a.listSize, fields[0]);
}

/** Unions have a common type only if they tell their members apart in the same way. */
function commonUnion(a: Union, b: Union): DataType | undefined {
  if (a.mode !== b.mode || String(a.typeIds) !== String(b.typeIds)) return undefined;
  const fields = commonFields(a.children, b.children);
  return fields && new Union(a.mode, Int32Array.from(a.typeIds), fields);
}

/** Unifies the types of fields one by one; undefined where two of them have none in common. */
function commonFields(a: readonly Field[], b: readonly Field[]): Field[] | undefined {
  if (a.length !== b.length) return undefined;
  const types = a.map(({ type }, k) => commonType(type, b[k].type));
  if (types.includes(undefined)) return undefined;
  return a.map((field, k) => {
    const type = types[k] as DataType;
    const nullable = field.nullable || b[k].nullable;
    return field.clone({ type, nullable, metadata: commonMetadata(field, b[k], type) });
  });
}
