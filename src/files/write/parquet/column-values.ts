/** The values of a column without its nulls, as Parquet stores them. */
export interface ColumnValues {
  /** The physical type: 0 BOOLEAN, 1 INT32, 2 INT64, 4 FLOAT, 5 DOUBLE, 6 BYTE_ARRAY. */
  readonly physical: number;
  readonly dictionary:
    | { readonly codes: Int32Array; readonly count: number; readonly page: Uint8Array }
    | undefined;
  /** Returns values as they are without a dictionary. */
  plain(from: number, to: number): Uint8Array;
  /** The least and the greatest value as they are stored; undefined where there is none. */
  readonly range: { readonly min: Uint8Array; readonly max: Uint8Array } | undefined;
}
