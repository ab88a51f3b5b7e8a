import { type Data, type DataType, type Dictionary, type Field, Type } from 'apache-arrow';
import { isAllNaN } from '../frame/index.js';
import { isAllNull } from './is-all-null.js';
import { isNumber, isTime } from './times-and-numbers.js';

/*
 * Results are written part by part. Two parts whose types have no common one may still get one from their
 * values or from a later part; these functions tell whether that is possible.
 */

/** Tells whether chunks have no value. Nulls, and NaNs of a DataFrame, may stand for any type. */
export const isMissing = (field: Field, chunks: readonly Data[]): boolean =>
  chunks.every((chunk) => chunk.length === 0 || isAllNull(chunk) || isAllNaN(field, chunk));

/**
 * Tells whether parts of these types, which have no common type and have values, may still get one: by their
 * values, or by the type of a later part.
 *
 * @param known the type of the table's column of that name
 */
export function mayMeet(a: DataType, b: DataType, known: DataType | undefined): boolean {
  const [x, y] = [kindOf(a), kindOf(b)];
  if (x === y) return x !== 'time';
  // Functions see times as numbers, and give back numbers.
  const areTimes = [x, y].every((kind) => kind === 'time' || kind === 'number');
  return areTimes && known !== undefined && kindOf(known) === 'time';
}

function kindOf(type: DataType): string {
  const { typeId } = type;
  if (typeId === Type.Dictionary) return kindOf((type as Dictionary).dictionary);
  if (isNumber(type) || typeId === Type.Decimal) return 'number';
  if (isTime(type)) return 'time';
  const isList = typeId === Type.List || typeId === Type.LargeList || typeId === Type.FixedSizeList;
  return isList ? 'list' : Type[typeId];
}
