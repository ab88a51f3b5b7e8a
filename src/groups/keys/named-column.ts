import type { Table } from 'apache-arrow';
import { JS_KIND } from '../../arrow/index.js';
import { ApplyError } from '../../errors.js';
import { nearest } from '../../options/index.js';
import { chunkedColumn } from '../../split/index.js';
import type { KeyColumn } from './key-column.js';

/** Returns the column of a table that has the given name. */
export function namedColumn(table: Table, name: string): KeyColumn {
  const names = table.schema.fields.map((field) => field.name);
  const position = names.indexOf(name);
  if (position < 0) throw unknownColumn(name, names);
  if (names.lastIndexOf(name) !== position) {
    throw new ApplyError('ERR_INVALID_OPTION', `groupby: there are several columns named '${name}'`);
  }
  const field = table.schema.fields[position];
  return { ...chunkedColumn(table, position), field, isDate: field.metadata.get(JS_KIND) === 'Date' };
}

export function unknownColumn(name: string, names: readonly string[]): ApplyError {
  if (names.length === 0) {
    // An array without rows tells nothing of its columns.
    return new ApplyError('ERR_UNKNOWN_COLUMN', `there is no column '${name}': the frame has no columns`);
  }
  const meant = nearest(name, names);
  return new ApplyError(
    'ERR_UNKNOWN_COLUMN',
    `there is no column '${name}'${meant === undefined ? '.' : `; did you mean '${meant}'?`} ` +
      `The columns are ${listed(names)}`,
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => `'${name}'`);
  return names.length > shown.length
    ? `${shown.join(', ')} and ${names.length - shown.length} more`
    : shown.join(', ');
}
