import type { Data, Table } from 'apache-arrow';

/** Any Arrow table. */
export type AnyTable = Table;

/** The typed arrays a numeric column can be. */
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

/** A column that is no plain numbers (strings, booleans, times, decimals, nested values): a light, read-only vector. */
export interface ColumnVector<T = unknown> extends Iterable<T | null> {
  readonly length: number;
  /** The value at row `index`, as apache-arrow gives it; `null` where there is none. */
  get(index: number): T | null;
  toArray(): ArrayLike<T | null>;
  /** The Arrow data behind it, for code that reads buffers itself: one piece in a group, several in an Arrow vector. */
  readonly data?: Data | readonly Data[];
}
