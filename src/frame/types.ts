import type { AnyTable, ColumnVector, NumericArray } from '../arrow/index.js';

/** A column a function receives in the columns form. */
export type Column = NumericArray | ColumnVector;

/** The columns form of a group: name -> column, all of one length. */
export type Columns = { [name: string]: Column };

/** One row as an object. */
export type Row = { [name: string]: unknown };

/** What is used of a danfojs DataFrame; any version of danfojs-node fits. */
export interface DanfoFrame {
  readonly columns: string[];
  readonly dtypes: string[];
  readonly shape: number[];
  readonly values: unknown;
}

/** What `df.groupby([...])` of danfojs returns, as far as it is used here. */
export interface DanfoGroupby<F = DanfoFrame> {
  readonly keyCol: readonly unknown[];
  readonly columnName: readonly unknown[];
  readonly colDict: { [key: string]: unknown };
  getGroup(keys: (string | number)[]): F;
}

/** What is used of a DataFrame of nodejs-polars; its own type fits. */
export interface PolarsFrame {
  readonly columns: string[];
  readonly height: number;
  readonly width: number;
  writeIPCStream(): Buffer;
}

/** What is used of an arquero table; its own type fits. */
export interface ArqueroTable {
  columnNames(): string[];
  numRows(): number;
  numCols(): number;
  column(name: string): unknown;
  reify(): unknown;
}

/** What is used of a table of @uwdata/flechette; its own type fits. */
export interface FlechetteTable {
  readonly schema: { readonly fields: readonly unknown[] };
  readonly names: readonly unknown[];
  readonly children: readonly unknown[];
  readonly numRows: number;
  getChild(name: string): unknown;
}

declare global {
  /** What TypeScript shall know of kinds of frames that were registered with `registerAdapter`. */
  namespace ApplyParallel {
    /** The word for a kind, and its frames: `declare global { namespace ApplyParallel { interface Frames { grid: Grid } } }` */
    interface Frames {}
  }
}

/** Every kind of frame, under the word for it. */
export interface FrameKinds extends ApplyParallel.Frames {
  columns: Columns;
  arrow: AnyTable;
  danfo: DanfoFrame;
  records: Row[];
  polars: PolarsFrame;
  arquero: ArqueroTable;
  flechette: FlechetteTable;
}

export type FrameKind = keyof FrameKinds;

/** What a function may return as a new column: values of one length with its siblings. */
export type ColumnLike = NumericArray | ColumnVector | readonly unknown[];

/** Plain columns as users write them: `{ shop: ['a', 'b'], price: [1, 2] }`. */
export type ColumnsLike = { readonly [name: string]: ColumnLike };

/** What a plain column is to a function: numbers are typed arrays, with NaN for what is missing, all else a vector. */
export type ColumnOf<C> = C extends Column
  ? C
  : C extends readonly (infer V)[]
    ? [V] extends [bigint]
      ? BigInt64Array
      : [NonNullable<V>] extends [number | bigint]
        ? Float64Array
        : ColumnVector<NonNullable<V>>
    : Column;

/** What a function may return for a group. `null`, `undefined` and zero rows mean: nothing from this group. */
export type FrameLike =
  // An Arrow table or record batch, of any type parameters and of any copy of apache-arrow.
  | {
      readonly schema: { readonly fields: readonly unknown[] };
      readonly numRows: number;
      getChild(name: string): unknown;
    }
  | DanfoFrame
  | PolarsFrame
  | ArqueroTable
  | readonly object[]
  // Columns or one row; the second form lets interfaces in, which have no index signature, and no promise.
  | { readonly [name: string]: unknown }
  | (object & { readonly then?: undefined })
  | null
  | undefined;
