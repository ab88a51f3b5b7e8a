import type { Data, DataType } from 'apache-arrow';
import type { ErrorCode } from '../../errors.js';

/** A type that values probably have, and the column with this type that they may have been read from. */
export interface Likeness {
  readonly type: DataType;
  readonly data?: Data;
}

/** The column whose type is being inferred, and how deep inside it the current values lie. */
export interface InferContext {
  /** The column's name, extended for nested values: `tags[]`, `address.street`. */
  readonly name: string;
  /** The code of errors. */
  readonly code: ErrorCode;
  /** Counts NaN as missing; true for the cells of DataFrames only. */
  readonly nanIsMissing: boolean;
  readonly depth: number;
  /**
   * The column of the table that the values may come from; its type decides what objects and mixed values
   * are.
   */
  readonly like?: Likeness;
  /** Returns the row of the whole column in which value `i` lies, for messages. */
  readonly row: (i: number) => number;
}

/** Tells whether a value becomes null. */
export function isMissing(value: unknown, context: InferContext): boolean {
  return (
    value === null ||
    value === undefined ||
    (context.nanIsMissing && typeof value === 'number' && Number.isNaN(value))
  );
}
