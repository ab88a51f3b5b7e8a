import type { Data, Table } from 'apache-arrow';

/** An Arrow table with columns of any type. */
export type AnyTable = Table;

/** A numeric column in the columns form. */
export type NumericArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/**
 * A column of strings, booleans, times, decimals or nested values in the columns form: a light, read-only
 * vector.
 */
export interface ColumnVector<T = unknown> extends Iterable<T | null> {
  readonly length: number;
  /** Returns the value at row `index` as apache-arrow gives it, or null. */
  get(index: number): T | null;
  toArray(): ArrayLike<T | null>;
  /** The Arrow data, for code that reads buffers itself: one piece in a group, several in an Arrow vector. */
  readonly data?: Data | readonly Data[];
}
