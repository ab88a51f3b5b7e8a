import type { Table } from 'apache-arrow';
import type { KeyColumn } from './key-column.js';

/**
 * Makes a key column for `groupby` from the columns of a table: `every`, `bins`, `quantiles` and `keyFrom`
 * return one.
 *
 * @typeParam Name the name of the key column
 * @typeParam Key the type of its keys
 * @typeParam Column the column that it reads; `never` where the type does not tell
 * @typeParam Cell the type of the values that the column must have
 */
export abstract class KeyMaker<
  Name extends string = string,
  Key = unknown,
  Column extends string = string,
  Cell = unknown,
> {
  /** The name of the key column. */
  readonly name: Name;
  /** The columns that it reads; undefined for all. */
  readonly columns: readonly string[] | undefined;
  /** Exists in types alone. */
  declare readonly keyType?: Key;
  /** Exists in types alone. */
  declare readonly column?: Column;
  /** Exists in types alone. */
  declare readonly cell?: Cell;

  constructor(name: Name, columns: readonly string[] | undefined) {
    this.name = name;
    this.columns = columns;
  }

  /**
   * Returns the key column of a table. Checks names and types at once, and may read the rows later.
   *
   * @throws ApplyError `ERR_UNKNOWN_COLUMN`, or `ERR_INVALID_OPTION` for a column of the wrong type
   * @internal
   */
  abstract keyColumn(table: Table): KeyColumn;
}
