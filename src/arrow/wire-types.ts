import { type DataType, type Dictionary, type Field, type Schema, Type } from 'apache-arrow';
import { type ArrowClasses, ownArrowClasses } from './arrow-classes.js';

/*
 * Types, fields and schemas as plain objects that structured clone carries between threads, and back.
 * `describe…` makes the plain object, `revive…` the Arrow object, in the classes of this package's copy of
 * apache-arrow or of another one.
 */

/** A type as a plain object. */
export interface WireType {
  readonly id: Type;
  /** The arguments of the type's constructor, without children. */
  readonly args: readonly (number | boolean | string | null | undefined | readonly number[])[];
  readonly children?: readonly WireField[];
  /** The value and index types of a dictionary. */
  readonly dictionary?: readonly [WireType, WireType];
}

export interface WireField {
  readonly name: string;
  readonly type: WireType;
  readonly nullable: boolean;
  readonly metadata: ReadonlyMap<string, string>;
}

export interface WireSchema {
  readonly fields: readonly WireField[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** The parameters of all types together. */
type Described = DataType & {
  readonly isSigned: boolean;
  readonly bitWidth: number;
  readonly precision: number;
  readonly scale: number;
  readonly unit: number;
  readonly timezone?: string | null;
  readonly byteWidth: number;
  readonly listSize: number;
  readonly keysSorted: boolean;
  readonly mode: number;
  readonly typeIds: Int32Array;
};

export function describeType(type: DataType): WireType {
  const id = type.typeId;
  const t = type as Described;
  const children = type.children?.map(describeField);
  switch (id) {
    case Type.Int:
      return { id, args: [t.isSigned, t.bitWidth] };
    case Type.Float:
      return { id, args: [t.precision] };
    case Type.Decimal:
      return { id, args: [t.scale, t.precision, t.bitWidth] };
    case Type.Date:
    case Type.Interval:
    case Type.Duration:
      return { id, args: [t.unit] };
    case Type.Time:
      return { id, args: [t.unit, t.bitWidth] };
    case Type.Timestamp:
      return { id, args: [t.unit, t.timezone] };
    case Type.FixedSizeBinary:
      return { id, args: [t.byteWidth] };
    case Type.FixedSizeList:
      return { id, args: [t.listSize], children };
    case Type.Map:
      return { id, args: [t.keysSorted], children };
    case Type.Union:
      return { id, args: [t.mode, [...t.typeIds]], children };
    case Type.Dictionary: {
      const d = type as unknown as Dictionary;
      return {
        id,
        args: [d.id, d.isOrdered],
        dictionary: [describeType(d.dictionary), describeType(d.indices)],
      };
    }
    default:
      return { id, args: [], children };
  }
}

/** The types without parameters. */
const singletons = {
  [Type.Null]: 'Null',
  [Type.Bool]: 'Bool',
  [Type.Utf8]: 'Utf8',
  [Type.LargeUtf8]: 'LargeUtf8',
  [Type.Utf8View]: 'Utf8View',
  [Type.Binary]: 'Binary',
  [Type.LargeBinary]: 'LargeBinary',
  [Type.BinaryView]: 'BinaryView',
} as const;

/** id -> the type of a dictionary's values. apache-arrow wants one type object for each id in a schema. */
type ValueTypes = Map<number, DataType>;

export function reviveType(
  { id, args, children, dictionary }: WireType,
  valueTypes: ValueTypes = new Map(),
  arrow: ArrowClasses = ownArrowClasses,
): DataType {
  // describeType wrote `args` for this same type id.
  const a = args as never[];
  const fields = children?.map((field) => reviveField(field, valueTypes, arrow)) ?? [];
  switch (id) {
    case Type.Int:
      return new arrow.Int(a[0], a[1]);
    case Type.Float:
      return new arrow.Float(a[0]);
    case Type.Decimal:
      return new arrow.Decimal(a[0], a[1], a[2]);
    case Type.Date:
      return new arrow.Date_(a[0]);
    case Type.Interval:
      return new arrow.Interval(a[0]);
    case Type.Duration:
      return new arrow.Duration(a[0]);
    case Type.Time:
      return new arrow.Time(a[0], a[1]);
    case Type.Timestamp:
      return new arrow.Timestamp(a[0], a[1]);
    case Type.FixedSizeBinary:
      return new arrow.FixedSizeBinary(a[0]);
    case Type.FixedSizeList:
      return new arrow.FixedSizeList(a[0], fields[0]);
    case Type.List:
      return new arrow.List(fields[0]);
    case Type.LargeList:
      return new arrow.LargeList(fields[0]);
    case Type.Map:
      return new arrow.Map_(fields[0] as never, a[0]);
    case Type.Struct:
      return new arrow.Struct(fields);
    case Type.Union:
      return new arrow.Union(a[0], a[1], fields);
    case Type.Dictionary: {
      const [values, indices] = dictionary as [WireType, WireType];
      const valueType = valueTypes.get(a[0]) ?? reviveType(values, valueTypes, arrow);
      valueTypes.set(a[0], valueType);
      return new arrow.Dictionary(valueType, reviveType(indices, valueTypes, arrow) as never, a[0], a[1]);
    }
    default: {
      const name = singletons[id as keyof typeof singletons];
      if (name === undefined) throw new TypeError(`Arrow type ${Type[id] ?? id} is not supported`);
      return new arrow[name]();
    }
  }
}

export function describeField({ name, type, nullable, metadata }: Field): WireField {
  return { name, type: describeType(type), nullable, metadata };
}

export function reviveField(
  { name, type, nullable, metadata }: WireField,
  valueTypes: ValueTypes = new Map(),
  arrow: ArrowClasses = ownArrowClasses,
): Field {
  return new arrow.Field(name, reviveType(type, valueTypes, arrow), nullable, new Map(metadata));
}

export function describeSchema(schema: Schema): WireSchema {
  return { fields: schema.fields.map(describeField), metadata: schema.metadata };
}

export function reviveSchema(
  { fields, metadata }: WireSchema,
  arrow: ArrowClasses = ownArrowClasses,
): Schema {
  const valueTypes: ValueTypes = new Map();
  return new arrow.Schema(
    fields.map((field) => reviveField(field, valueTypes, arrow)),
    new Map(metadata),
  );
}
