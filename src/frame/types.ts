import type { AnyTable, ColumnVector, NumericArray } from '../arrow/index.js';

/** A column a function receives in the columns form. */
export type Column = NumericArray | ColumnVector;

/** The columns form of a group: name -> column, all of one length. */
export type Columns = { [name: string]: Column };

/** One row as an object. */
export type Row = { [name: string]: unknown };

/** A danfojs DataFrame, as far as this package uses it; that of any version of danfojs-node fits. */
export interface DanfoFrame {
  readonly columns: string[];
  readonly dtypes: string[];
  readonly shape: number[];
  readonly values: unknown;
}

/** A danfojs Groupby, the result of `df.groupby([...])`, as far as this package uses it. */
export interface DanfoGroupby<F = DanfoFrame> {
  readonly keyCol: readonly unknown[];
  readonly columnName: readonly unknown[];
  readonly colDict: { [key: string]: unknown };
  getGroup(keys: (string | number)[]): F;
}

/** A DataFrame of nodejs-polars, as far as this package uses it; its own type fits. */
export interface PolarsFrame {
  readonly columns: string[];
  readonly height: number;
  readonly width: number;
  writeIPCStream(): Buffer;
}

/** An arquero table, as far as this package uses it; its own type fits. */
export interface ArqueroTable {
  columnNames(): string[];
  numRows(): number;
  numCols(): number;
  column(name: string): unknown;
  reify(): unknown;
}

/** A table of @uwdata/flechette, as far as this package uses it; its own type fits. */
export interface FlechetteTable {
  readonly schema: { readonly fields: readonly unknown[] };
  readonly names: readonly unknown[];
  readonly children: readonly unknown[];
  readonly numRows: number;
  getChild(name: string): unknown;
}

declare global {
  /** Declares to TypeScript the kinds of frames that a program registers with `registerAdapter`. */
  namespace ApplyParallel {
    /**
     * The registered frames by their kind, as in
     * `declare global { namespace ApplyParallel { interface Frames { grid: Grid } } }`.
     */
    interface Frames {}
  }
}

/** The types of frames by their kind. */
export interface FrameKinds extends ApplyParallel.Frames {
  columns: Columns;
  arrow: AnyTable;
  danfo: DanfoFrame;
  records: Row[];
  polars: PolarsFrame;
  arquero: ArqueroTable;
  flechette: FlechetteTable;
}

/** The name of a kind of frame, as the options `input` and `output` have it. */
export type FrameKind = keyof FrameKinds;

/** A new column that a function may return; all columns of a result have one length. */
export type ColumnLike = NumericArray | ColumnVector | readonly unknown[];

/** Plain columns as users write them: `{ shop: ['a', 'b'], price: [1, 2] }`. */
export type ColumnsLike = { readonly [name: string]: ColumnLike };

/**
 * A plain column as a function receives it: numbers as a typed array with NaN for missing ones, any other as
 * a vector.
 */
export type ColumnOf<C> = C extends Column
  ? C
  : C extends readonly (infer V)[]
    ? [V] extends [bigint]
      ? BigInt64Array
      : [NonNullable<V>] extends [number | bigint]
        ? Float64Array
        : ColumnVector<InVector<NonNullable<V>>>
    : Column;

/** A value as a vector gives it: a Date as milliseconds, nested values in forms of apache-arrow. */
type InVector<V> = V extends Date ? number : V extends string | boolean | number | bigint ? V : unknown;

/** Rejects a Series of danfojs by a method that a DataFrame does not have. */
interface NoSeries {
  readonly dropDuplicates?: undefined;
}

/**
 * A value that a function may return for a group. `null`, `undefined` and zero rows are dropped. A Series, a
 * Map, an array of numbers, a Date or a function is no frame.
 */
export type FrameLike =
  // An Arrow table or record batch, of any type parameters and of any copy of apache-arrow.
  | {
      readonly schema: { readonly fields: readonly unknown[] };
      readonly numRows: number;
      getChild(name: string): unknown;
    }
  | (DanfoFrame & NoSeries)
  | PolarsFrame
  | ArqueroTable
  | readonly object[]
  // Columns or one row. The second member accepts interfaces, which have no index signature; its symbols and
  // names reject promises, Series, collections, dates and functions.
  | ({ readonly [name: string]: unknown } & NoSeries)
  | (object & {
      readonly then?: undefined;
      readonly dropDuplicates?: undefined;
      readonly [Symbol.iterator]?: undefined;
      readonly [Symbol.toStringTag]?: undefined;
      readonly [Symbol.toPrimitive]?: undefined;
      readonly [Symbol.hasInstance]?: undefined;
    })
  | null
  | undefined;
