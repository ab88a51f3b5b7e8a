import { Field, type Table, type Vector } from 'apache-arrow';
import { ownChunks } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { checkKeyType } from '../split/index.js';
import { preview } from '../util/index.js';
import { inferredKeyColumn, type KeyColumn, KeyMaker, namedColumn } from './keys/index.js';

/**
 * The columns to group by. With one, keys are values; with several, arrays of values. A row with a null or
 * NaN key is in no group; with `dropna: false` null is a key (`nullsAsKey` in split/key-codes.ts).
 */
export interface KeyColumns {
  readonly columns: readonly KeyColumn[];
  readonly isScalar: boolean;
}

/** The name of the key column for keys that were given row by row. */
const GIVEN_KEY = 'key';

/** Returns the key columns that `by` means: columns and key makers, one or several, or a key for each row. */
export function keyColumns(table: Table, by: unknown): KeyColumns {
  const keys = resolveKeys(table, by);
  for (const { field } of keys.columns) checkKeyType(field.type);
  return keys;
}

function resolveKeys(table: Table, by: unknown): KeyColumns {
  if (isKeyName(by)) return { columns: [keyColumn(table, by)], isScalar: true };
  if (!isArrayLike(by)) {
    const advice = typeof by === 'function' ? "; for a function of each row write keyFrom('name', fn)" : '';
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `groupby: by must be a column name, several names, a key maker, or an array with a key for each row, got ${preview(by)}${advice}`,
    );
  }
  if (Array.isArray(by) && isNames(table, by)) {
    return { columns: by.map((name) => keyColumn(table, name)), isScalar: false };
  }
  if (by.length !== table.numRows) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `groupby: by has ${by.length} keys, but the frame has ${table.numRows} rows; give column names or one key for each row`,
    );
  }
  return { columns: [givenColumn(by)], isScalar: true };
}

type KeyName = string | KeyMaker;

const isKeyName = (value: unknown): value is KeyName =>
  typeof value === 'string' || value instanceof KeyMaker;

const keyColumn = (table: Table, name: KeyName): KeyColumn =>
  typeof name === 'string' ? namedColumn(table, name) : name.keyColumn(table);

/**
 * Returns whether `by` holds column names or key makers. Strings alone are keys if there is one for each row
 * and none is a column.
 */
function isNames(table: Table, by: readonly unknown[]): by is readonly KeyName[] {
  if (by.length === 0) {
    if (table.numRows === 0) return false;
    throw new ApplyError('ERR_INVALID_OPTION', 'groupby: by must name at least one column, got []');
  }
  if (by.some((name) => name instanceof KeyMaker)) {
    const other = by.find((name) => !isKeyName(name));
    if (other === undefined) return true;
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `groupby: a list with key makers holds column names and key makers alone, got ${preview(other)}`,
    );
  }
  if (!by.every((name) => typeof name === 'string')) return false;
  const names = new Set(table.schema.fields.map((field) => field.name));
  return by.length !== table.numRows || by.some((name) => names.has(name as string));
}

function givenColumn(keys: ArrayLike<unknown>): KeyColumn {
  const { type: given, data } = keys as Partial<Vector>;
  if (given && Array.isArray(data)) {
    const chunks = ownChunks(data);
    const type = chunks[0]?.type ?? given;
    return { type, chunks, field: new Field(GIVEN_KEY, type, true), isDate: false };
  }
  return inferredKeyColumn(keys, GIVEN_KEY);
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { length?: unknown }).length === 'number'
  );
}
