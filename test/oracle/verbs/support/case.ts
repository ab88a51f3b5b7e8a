/* A question to transformParallel, filterParallel or cogroup and to pandas, as JSON. */

export type KeyType = 'int' | 'float' | 'text' | 'category' | 'date';

export interface JsonColumn {
  readonly dtype: KeyType;
  readonly values: readonly (number | string | null)[];
}

/** Columns k0, k1, … are keys; x has numbers. */
export type JsonFrame = { readonly [name: string]: JsonColumn };

interface Asked {
  readonly columns: JsonFrame;
  readonly by: readonly string[];
  readonly dropna: boolean;
  readonly sort: boolean;
  /** Where the rows are here: in a frame, or in a data set of which this share fits into memory. */
  readonly memory: 'frame' | 'dataset' | 'spilled';
  /** Rows of a row group of the data set. */
  readonly rowGroupRows: number;
}

export interface TransformCase extends Asked {
  readonly verb: 'transform';
  readonly fn: 'demean' | 'cumulative' | 'lag' | 'count' | 'largest' | 'fill';
}

export interface FilterCase extends Asked {
  readonly verb: 'filter';
  readonly fn: 'many' | 'positive' | 'complete' | 'early';
}

export interface CogroupCase extends Asked {
  readonly verb: 'cogroup';
  readonly other: JsonFrame;
  readonly how: 'outer' | 'inner' | 'left' | 'right';
}

export type VerbCase = TransformCase | FilterCase | CogroupCase;

/** What pandas made of a case. */
export interface VerbAnswer {
  /** `transform`: the value of each row. */
  readonly values?: readonly (number | null)[];
  /** `filter`: the rows that stay. */
  readonly rows?: readonly number[];
  /** `cogroup`: the rows of each group on both sides, in the order of the keys. */
  readonly sizes?: readonly (readonly [a: number, b: number])[];
  /** pandas failed; no case is to have this. */
  readonly failure?: string;
}
