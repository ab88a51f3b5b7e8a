import { type Table, Type } from 'apache-arrow';
import { ApplyError } from '../../errors.js';
import type { KeyColumn } from './key-column.js';
import { namedColumn } from './named-column.js';
import { holdsNumbers } from './numbers.js';

/** Returns a column of numbers; any other is an error. */
export function numberColumn(table: Table, name: string, whose: string): KeyColumn {
  const column = namedColumn(table, name);
  const { type } = column.field;
  // A column of null alone has no type of its own.
  if (holdsNumbers(type) || type.typeId === Type.Null) return column;
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    `${whose}: the column '${name}' is ${type}; bins take numbers: integers or floats`,
  );
}
