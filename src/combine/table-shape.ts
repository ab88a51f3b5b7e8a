import { type Data, type DataType, type Field, Table, Type } from 'apache-arrow';
import { type NumericArray, sameType } from '../arrow/index.js';
import type { GroupView } from '../frame/index.js';
import type { SharedColumn } from './shared-column.js';

/** Tells whether a value is a table in one piece, of this package's copy of apache-arrow. */
export const isSimpleTable = (value: unknown): value is Table =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) === Table.prototype &&
  (value as Table).batches.length === 1;

/** Returns the numbers of a column without nulls; undefined for any other. */
export function numbersOf(data: Data): NumericArray | undefined {
  const { type, values, length } = data;
  if (type.typeId !== Type.Int && type.typeId !== Type.Float) return undefined;
  if (values?.constructor !== type.ArrayType || values.length < length || data.nullCount > 0)
    return undefined;
  return (values.length === length ? values : values.subarray(0, length)) as NumericArray;
}

/**
 * Returns the rows of a table that was returned for `given`, and puts its numbers into `seen`; -1 if it
 * differs from the columns in more than numbers.
 */
export function rowsOfTable(
  value: unknown,
  columns: readonly SharedColumn[],
  given: GroupView,
  seen: NumericArray[],
): number {
  if (!isSimpleTable(value)) return -1;
  const { fields } = value.schema;
  const { children, length } = value.batches[0].data;
  if (fields.length !== columns.length || children.length !== columns.length) return -1;
  for (let k = 0; k < columns.length; k++) {
    const { field, input, numbers } = columns[k];
    const data = children[k];
    if (data.length !== length || !isSameField(fields[k], field)) return -1;
    if (given.inputOfChunks(field.name, [data]) !== input) return -1;
    if (numbers === undefined) continue;
    const own = numbersOf(data);
    if (own?.constructor !== numbers.constructor || !isSameNumber(data.type, field.type)) return -1;
    seen[k] = own;
  }
  return length;
}

/** Tells whether two fields are alike in all that the field of a joined column depends on. */
function isSameField(a: Field, b: Field): boolean {
  if (a === b) return true;
  if (a.name !== b.name || a.nullable !== b.nullable || a.metadata.size !== b.metadata.size) return false;
  if (!isSameNumber(a.type, b.type) && !sameType(a.type, b.type)) return false;
  if (a.metadata.size === 0) return true;
  for (const [key, text] of a.metadata) if (b.metadata.get(key) !== text) return false;
  return true;
}

/** Tells whether both are the same type of integers or floats, whose array class tells all else. */
const isSameNumber = (a: DataType, b: DataType): boolean =>
  (a.typeId === Type.Int || a.typeId === Type.Float) && a.typeId === b.typeId && a.ArrayType === b.ArrayType;
