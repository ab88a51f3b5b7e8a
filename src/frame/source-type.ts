import { type DataType, type Field, Type } from 'apache-arrow';
import { JS_KIND } from '../arrow/index.js';
import { fitData } from './fit/index.js';
import type { ResultColumn } from './frame-result.js';
import type { GroupView } from './group-view.js';

/**
 * Gives a column of inferred type the type of the input column of its name, if that holds all values. A
 * function that sees values hands them back without their types.
 *
 * @param hasOnlyNumbers the function saw 64-bit integers as numbers, as danfojs shows them unless they were
 * made of bigints
 */
export function withSourceType(
  column: ResultColumn,
  given?: GroupView,
  hasOnlyNumbers = false,
): ResultColumn {
  const source = given?.sourceOf(column.field.name);
  if (source === undefined || column.chunks.length !== 1) return column;
  const [inferred] = column.chunks;
  const { type } = source.field;
  const data = isSameKind(inferred.type, source.field, hasOnlyNumbers)
    ? fitData(inferred, type, source.data)
    : undefined;
  if (data === undefined) return column;
  const metadata = new Map([...source.field.metadata, ...column.field.metadata]);
  const nullable = source.field.nullable || data.nullCount > 0;
  return { ...column, field: source.field.clone({ type: data.type, metadata, nullable }), chunks: [data] };
}

/**
 * Tells whether inferred values are of the kind that the function saw in the source column. Numbers are
 * something new where it saw Dates or bigints.
 */
function isSameKind(inferred: DataType, { type, metadata }: Field, hasOnlyNumbers: boolean): boolean {
  const isNumber = inferred.typeId === Type.Float || (inferred.typeId === Type.Int && !isLong(inferred));
  if (!isNumber) return true;
  const kind = metadata.get(JS_KIND);
  if (type.typeId === Type.Timestamp || type.typeId === Type.Date) return kind !== 'Date';
  return !isLong(type) || (hasOnlyNumbers && kind !== 'bigint');
}

const isLong = ({ ArrayType }: DataType): boolean =>
  ArrayType === BigInt64Array || ArrayType === BigUint64Array;
