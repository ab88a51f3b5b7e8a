import type { Field } from 'apache-arrow';
import type { ChunkedColumn } from '../../split/index.js';

/** A column to group by. A key maker may make `type` and `chunks` when they are first asked for. */
export interface KeyColumn extends ChunkedColumn {
  /**
   * The name and the exact type of the keys, as columns of keys have them. `type` may be a dictionary of
   * this type, which groups faster.
   */
  readonly field: Field;
  /**
   * True if the column was made of Dates, and keys are Dates. Otherwise times are milliseconds, as in
   * apache-arrow.
   */
  readonly isDate: boolean;
}
