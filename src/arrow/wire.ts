import { type Data, DataType, type Dictionary, type Field, type Schema, Type } from 'apache-arrow';
import { type ArrowClasses, ownArrowClasses } from './arrow-classes.js';
import type { Batch } from './batch.js';

/*
 * Arrow objects as plain values that structured clone can carry between threads, and back. Only the classes are lost on the
 * way, so that is all these forms replace; views on shared memory arrive as views on the same memory. The same functions make
 * a table of another copy or version of apache-arrow into one of this copy.
 */

export interface WireType {
  readonly id: Type;
  readonly args: readonly (number | boolean | string | null | undefined | readonly number[])[];
  readonly children?: readonly WireField[];
  /** A dictionary's value and index types. */
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

export interface WireData {
  readonly offset: number;
  readonly length: number;
  readonly nullCount: number;
  readonly buffers: readonly unknown[];
  readonly children: readonly WireData[];
  readonly dictionary?: readonly WireData[];
  readonly variadic: readonly Uint8Array[];
}

export interface WireBatch {
  readonly schema: WireSchema;
  readonly columns: readonly WireData[];
  readonly numRows: number;
}

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

/** id -> the type of a dictionary's values. In one schema, apache-arrow wants one object for each id. */
type ValueTypes = Map<number, DataType>;

export function reviveType(
  { id, args, children, dictionary }: WireType,
  valueTypes: ValueTypes = new Map(),
  arrow: ArrowClasses = ownArrowClasses,
): DataType {
  // `args` were written for this very type by describeType.
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

export function describeData(data: Data): WireData {
  return {
    offset: data.offset,
    length: data.length,
    nullCount: data.nullCount,
    buffers: [data.valueOffsets, data.values, data.nullBitmap, data.typeIds],
    children: data.children.map(describeData),
    dictionary: data.dictionary?.data.map(describeData),
    variadic: [...(data.variadicBuffers ?? [])],
  };
}

export function reviveData(type: DataType, wire: WireData, arrow: ArrowClasses = ownArrowClasses): Data {
  const valueType = (type as Dictionary).dictionary;
  return new arrow.Data(
    type,
    wire.offset,
    wire.length,
    wire.nullCount,
    wire.buffers as never,
    wire.children.map((child, k) => reviveData(type.children[k].type, child, arrow)),
    wire.dictionary && new arrow.Vector(wire.dictionary.map((chunk) => reviveData(valueType, chunk, arrow))),
    wire.variadic,
  );
}

/** Chunks of a vector in the classes of this copy of apache-arrow; buffers are shared, and what is of this copy stays as it is. */
export function convertForeignChunks(chunks: readonly Data[]): readonly Data[] {
  const isOwn = ({ type }: Data) => Object.prototype.isPrototypeOf.call(DataType.prototype, type);
  if (chunks.every(isOwn)) return chunks;
  const type = reviveType(describeType(chunks[0].type));
  return chunks.map((chunk) => reviveData(type, describeData(chunk)));
}

export function describeBatch({ schema, columns, numRows }: Batch): WireBatch {
  return { schema: describeSchema(schema), columns: columns.map(describeData), numRows };
}

export function reviveBatch({ schema: wire, columns, numRows }: WireBatch): Batch {
  const schema = reviveSchema(wire);
  return { schema, columns: columns.map((data, k) => reviveData(schema.fields[k].type, data)), numRows };
}
