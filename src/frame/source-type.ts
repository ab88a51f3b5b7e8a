import { type Data, type DataType, type Dictionary, type Field, type Schema, Type } from 'apache-arrow';
import { dataOf, JS_KIND, ValidityBuilder } from '../arrow/index.js';
import { fitData, fitParts } from './fit/index.js';
import type { ResultColumn } from './frame-result.js';
import type { GroupView } from './group-view.js';
import { type Likeness, likeness } from './infer/index.js';

/**
 * Gives a column of inferred type the type of the input column of its name, if that holds all values, or else
 * gives the parts of nested values the types of that column's parts. A function that sees values hands them
 * back without their types.
 *
 * @param hasOnlyNumbers the function saw 64-bit integers as numbers, as danfojs shows them unless they were
 *   made of bigints
 */
export function withSourceType(
  column: ResultColumn,
  given?: GroupView,
  hasOnlyNumbers = false,
): ResultColumn {
  const source = given?.sourceOf(column.field.name);
  if (source === undefined || column.chunks.length !== 1) return column;
  const [inferred] = column.chunks;
  // Nulls alone get their type when results are combined: the other groups may have another.
  if (inferred.type.typeId === Type.Null) return column;
  const { type } = source.field;
  const data = isSameKind(inferred.type, source.field, hasOnlyNumbers)
    ? fitData(hasOnlyNumbers ? nullForNaN(inferred, type) : inferred, type, source.data)
    : undefined;
  if (data === undefined) {
    const parts = fitParts({ field: column.field, data: inferred }, source.field, source.data);
    return { ...column, field: parts.field, chunks: [parts.data] };
  }
  const metadata = new Map([...source.field.metadata, ...column.field.metadata]);
  const nullable = source.field.nullable || data.nullCount > 0;
  return { ...column, field: source.field.clone({ type: data.type, metadata, nullable }), chunks: [data] };
}

/**
 * Returns the numbers with null for NaN, with which danfojs shows missing ones, unless `type` has NaNs too.
 */
function nullForNaN(data: Data, type: DataType): Data {
  const { values, length } = data;
  if (!(values instanceof Float64Array) || valueTypeOf(type).typeId === Type.Float) return data;
  const validity = new ValidityBuilder(length, data.nullBitmap?.slice(), data.nullCount);
  for (let i = 0; i < length; i++) if (Number.isNaN(values[i]) && data.getValid(i)) validity.setNull(i);
  return dataOf(data.type, length, validity.nulls, { values, validity: validity.bitmap });
}

const valueTypeOf = (type: DataType): DataType =>
  type.typeId === Type.Dictionary ? (type as Dictionary).dictionary : type;

/**
 * Returns what values of this name are like: the type that the caller declared, or the group's column that
 * they may come from.
 */
export function likeSource(
  name: string,
  given: GroupView | undefined,
  declared: Schema | undefined,
): Likeness | undefined {
  if (declared !== undefined) {
    const field = fieldsOf(declared).get(name);
    return field && likeness(field.type);
  }
  const source = given?.sourceOf(name);
  return source && likeness(source.field.type, source.data);
}

const fieldsByName = new WeakMap<Schema, ReadonlyMap<string, Field>>();

/** Returns the fields of a schema by name; every column of every result asks for one. */
function fieldsOf(schema: Schema): ReadonlyMap<string, Field> {
  let fields = fieldsByName.get(schema);
  if (fields === undefined) {
    fields = new Map(schema.fields.map((field) => [field.name, field]));
    fieldsByName.set(schema, fields);
  }
  return fields;
}

/**
 * Tells whether inferred values are of the kind that the function saw in the source column. Numbers are
 * something new where it saw Dates or bigints.
 */
function isSameKind(inferred: DataType, { type: given, metadata }: Field, hasOnlyNumbers: boolean): boolean {
  const type = valueTypeOf(given);
  const isNumber = inferred.typeId === Type.Float || (inferred.typeId === Type.Int && !isLong(inferred));
  if (!isNumber) return true;
  const kind = metadata.get(JS_KIND);
  // Rows show a decimal as its words.
  if (type.typeId === Type.Decimal) return hasOnlyNumbers;
  if (type.typeId === Type.Timestamp || type.typeId === Type.Date) return kind !== 'Date';
  return !isLong(type) || (hasOnlyNumbers && kind !== 'bigint');
}

const isLong = ({ ArrayType }: DataType): boolean =>
  ArrayType === BigInt64Array || ArrayType === BigUint64Array;
