import type { DanfoFrame } from '../types.js';

/** The row labels of a DataFrame. */
export type DanfoIndex = (string | number)[];

/** The rows of a DataFrame, each an array of cells. */
export type Rows = readonly (readonly unknown[])[];

/**
 * A DataFrame with the private fields of danfojs. Columns are properties of a DataFrame, and hide public
 * names such as `values`, `columns` and `index`; the private names are safe. `$data` is the truth:
 * `$dataIncolumnFormat` is not updated when a row is changed in place.
 */
export interface DataFrameFields extends DanfoFrame {
  $isSeries: boolean;
  $data: unknown[][];
  $dataIncolumnFormat: unknown[][];
  $columns: (string | number)[];
  $dtypes: string[];
  $index: DanfoIndex;
}

/**
 * A Groupby with the private fields of danfojs: the rows of the frame, its columns, the keys, and the groups.
 */
export interface GroupbyFields {
  keyCol: (string | number)[];
  columnName: (string | number)[];
  /** null after `.col([...])`. */
  data: Rows | null;
  colDtype: string[];
  colIndex: number[];
  colDict: object;
  keyToValue: object;
  /** Makes the groups: fills `colDict` and `keyToValue` from `data`. */
  group(): unknown;
}
