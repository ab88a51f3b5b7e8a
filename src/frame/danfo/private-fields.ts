import type { DanfoFrame } from '../types.js';

/**
 * A DataFrame as danfojs keeps it. The public names (`values`, `columns`, `index`) are hidden by columns of the same name; these
 * are not. `$data` has the last word: `$dataIncolumnFormat` goes stale when a row is changed in place.
 */
export interface DataFrameFields extends DanfoFrame {
  $isSeries: boolean;
  $data: unknown[][];
  $dataIncolumnFormat: unknown[][];
  $columns: (string | number)[];
  $dtypes: string[];
  $index: DanfoIndex;
}

export type DanfoIndex = (string | number)[];
