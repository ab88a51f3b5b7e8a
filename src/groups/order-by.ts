import type { Schema } from 'apache-arrow';
import { unknownColumn } from './keys/index.js';

/** A column by which the rows of a group are ordered. */
export interface OrderBy {
  readonly column: string;
  readonly isDescending: boolean;
}

/** The order of rows: a column, in which nulls come last, or several. */
export type RowsOrder = OrderByColumn | readonly OrderByColumn[];
type OrderByColumn = string | { readonly column: string; readonly descending?: boolean };

/**
 * Returns the option `orderBy` as a list of columns.
 *
 * @throws ApplyError `ERR_UNKNOWN_COLUMN`
 */
export function resolveOrderBy(given: RowsOrder | undefined, { fields }: Schema): OrderBy[] {
  const list: readonly OrderByColumn[] =
    given === undefined ? [] : Array.isArray(given) ? given : [given as OrderByColumn];
  const names = fields.map(({ name }) => name);
  return list.map((each) => {
    const { column, descending = false } = typeof each === 'string' ? { column: each } : each;
    if (!names.includes(column)) throw unknownColumn(column, names);
    return { column, isDescending: descending };
  });
}

/** Tells whether a value is one that the option `orderBy` takes. */
export function isOrderBy(value: unknown): boolean {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every(isOrderByColumn);
}

function isOrderByColumn(value: unknown): boolean {
  if (typeof value === 'string') return true;
  const { column, descending } = Object(value) as { readonly [name: string]: unknown };
  return typeof column === 'string' && (descending === undefined || typeof descending === 'boolean');
}
