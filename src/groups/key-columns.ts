import type { Table, Vector } from 'apache-arrow';
import { JS_KIND, ownChunks } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { inferColumn } from '../frame/index.js';
import { nearest } from '../options/index.js';
import { type ChunkedColumn, checkKeyType, chunkedColumn } from '../split/index.js';
import { preview } from '../util/index.js';

export interface KeyColumn extends ChunkedColumn {
  /**
   * True if the column was made of Dates, and keys are Dates. Otherwise times are milliseconds, as in
   * apache-arrow.
   */
  readonly isDate: boolean;
}

/** The columns to group by. With one, keys are values; with several, arrays of values. */
export interface KeyColumns {
  readonly columns: readonly KeyColumn[];
  readonly isScalar: boolean;
}

/** Returns the key columns that `by` means: a column, several columns, or a key for each row. */
export function keyColumns(table: Table, by: unknown): KeyColumns {
  const keys = resolveKeys(table, by);
  for (const { type } of keys.columns) checkKeyType(type);
  return keys;
}

function resolveKeys(table: Table, by: unknown): KeyColumns {
  if (typeof by === 'string') return { columns: [namedColumn(table, by)], isScalar: true };
  if (!isArrayLike(by)) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `groupby: by must be a column name, several names, or an array with a key for each row, got ${preview(by)}`,
    );
  }
  if (Array.isArray(by) && isNames(table, by)) {
    return { columns: by.map((name) => namedColumn(table, name)), isScalar: false };
  }
  if (by.length !== table.numRows) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `groupby: by has ${by.length} keys, but the frame has ${table.numRows} rows; give column names or one key for each row`,
    );
  }
  return { columns: [givenColumn(by)], isScalar: true };
}

/**
 * Returns whether `by` holds column names. Strings are keys only if there is one for each row and none is a
 * column.
 */
function isNames(table: Table, by: readonly unknown[]): by is readonly string[] {
  if (by.length === 0) {
    if (table.numRows === 0) return false;
    throw new ApplyError('ERR_INVALID_OPTION', 'groupby: by must name at least one column, got []');
  }
  if (!by.every((name) => typeof name === 'string')) return false;
  const names = new Set(table.schema.fields.map((field) => field.name));
  return by.length !== table.numRows || by.some((name) => names.has(name));
}

function namedColumn(table: Table, name: string): KeyColumn {
  const names = table.schema.fields.map((field) => field.name);
  const position = names.indexOf(name);
  if (position < 0) throw unknownColumn(name, names);
  if (names.lastIndexOf(name) !== position) {
    throw new ApplyError('ERR_INVALID_OPTION', `groupby: there are several columns named '${name}'`);
  }
  const isDate = table.schema.fields[position].metadata.get(JS_KIND) === 'Date';
  return { ...chunkedColumn(table, position), isDate };
}

export function unknownColumn(name: string, names: readonly string[]): ApplyError {
  const meant = nearest(name, names);
  return new ApplyError(
    'ERR_UNKNOWN_COLUMN',
    `there is no column '${name}'${meant === undefined ? '.' : `; did you mean '${meant}'?`} The columns are ${listed(names)}`,
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => `'${name}'`);
  return names.length > shown.length
    ? `${shown.join(', ')} and ${names.length - shown.length} more`
    : shown.join(', ');
}

function givenColumn(keys: ArrayLike<unknown>): KeyColumn {
  const { type, data } = keys as Partial<Vector>;
  if (type && Array.isArray(data)) {
    const chunks = ownChunks(data);
    return { type: chunks[0]?.type ?? type, chunks, isDate: false };
  }
  const { data: column, kind } = inferColumn(keys, 'by', { code: 'ERR_INVALID_OPTION' });
  return { type: column.type, chunks: [column], isDate: kind === 'Date' };
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { length?: unknown }).length === 'number'
  );
}
