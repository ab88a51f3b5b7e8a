import { type Data, type DataType, type Dictionary, type Field, Type } from 'apache-arrow';
import { columnsBySlot, type Segment } from '../combine/index.js';
import { isShownInPlace } from '../frame/index.js';
import { chunkedColumn, sameRows } from '../split/index.js';
import type { RowOrder, Shards } from './group-source.js';

/** A column of a result that is a column of the grouped table. */
export interface OwnColumn {
  readonly field: Field;
  /** Its position in the grouped table. */
  readonly input: number;
}

/**
 * Returns the columns that every group handed back untouched, by their slots. These need not be moved: in the
 * order of the rows they are the columns of the grouped table.
 *
 * @param form the form in which the function got its groups
 * @param isUnwritten tells for sure that nobody wrote to an input column; false where it is not known
 */
export function ownColumns(
  segments: readonly Segment[],
  { batches }: Shards,
  { table, places }: RowOrder,
  form: string,
  isUnwritten: (input: number) => boolean,
): Map<string, OwnColumn> {
  const isUntouched = new Map<number, boolean>();
  const own = handedBack(segments);
  for (const [slot, { input }] of own) {
    const split = batches[0].columns[input];
    if (!isUntouched.has(input)) {
      // A function that writes to its group changes the memory of the split.
      const isSame =
        isUnwritten(input) ||
        !isWritable(split, form) ||
        sameRows(chunkedColumn(table, input), split, places);
      isUntouched.set(input, isSame);
    }
    if (!isUntouched.get(input)) own.delete(slot);
  }
  return own;
}

/** Returns the columns that name the same input column in all segments. */
function handedBack(segments: readonly Segment[]): Map<string, OwnColumn> {
  const own = new Map<string, OwnColumn>();
  segments.forEach((segment, k) => {
    const columns = columnsBySlot(segment);
    if (k === 0) {
      for (const [slot, { field, input }] of columns)
        if (input !== undefined) own.set(slot, { field, input });
    }
    for (const [slot, { field, input }] of own) {
      const other = columns.get(slot);
      if (other?.input !== input) own.delete(slot);
      else if (other.field.nullable && !field.nullable) own.set(slot, { field: other.field, input });
    }
  });
  return own;
}

/** Tells whether a function that gets groups in this form could write to the memory of a column. */
function isWritable(data: Data, form: string): boolean {
  if (form === 'danfo') return false;
  if (form !== 'columns') return true;
  return isNumber(data.type) ? isShownInPlace(data) : !isReadAsPlainValues(data.type);
}

const isNumber = ({ typeId }: DataType): boolean => typeId === Type.Int || typeId === Type.Float;

const plainValues = new Set<Type>([
  Type.Utf8,
  Type.LargeUtf8,
  Type.Utf8View,
  Type.Bool,
  Type.Date,
  Type.Time,
  Type.Timestamp,
  Type.Duration,
]);

/** Tells whether values are read as strings, numbers or booleans, which cannot be written to. */
const isReadAsPlainValues = (type: DataType): boolean =>
  type.typeId === Type.Dictionary
    ? isReadAsPlainValues((type as Dictionary).dictionary) || isNumber((type as Dictionary).dictionary)
    : plainValues.has(type.typeId);
