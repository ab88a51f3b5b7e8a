import type { ErrorCode } from '../../errors.js';

/** The column whose type is being inferred, and how deep inside it the current values lie. */
export interface InferContext {
  /** The column's name, extended for nested values: `tags[]`, `address.street`. */
  readonly name: string;
  /** The code of errors. */
  readonly code: ErrorCode;
  /** Counts NaN as missing; true for the cells of DataFrames only. */
  readonly nanIsMissing: boolean;
  readonly depth: number;
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
