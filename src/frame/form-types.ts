import type {
  ColumnName,
  ColumnsOf,
  IsColumns,
  IsUnknown,
  RowOf,
  RowsOf,
  TableShape,
} from './column-types.js';
import type { ColumnLike, ColumnOf, DanfoFrame, FrameKind, FrameKinds, FrameLike } from './types.js';

/**
 * The type of a frame of kind `K`; 'same' is the kind `F` that was grouped. Columns and rows have the types
 * that the type of `F` tells.
 */
export type FrameOf<F, K extends FrameKind | 'same'> = FrameOfForm<F, FormOf<K>>;

/**
 * The form that an option chooses. All forms together are those of an option that is left out: as its default
 * they let editors complete every form.
 */
type FormOf<K extends FrameKind | 'same'> = [FrameKind | 'same'] extends [K] ? 'same' : K;

type FrameOfForm<F, K extends FrameKind | 'same'> = K extends 'columns'
  ? ColumnsOf<F>
  : K extends 'records'
    ? RowsOf<F>
    : K extends FrameKind
      ? FrameKinds[K]
      : F extends DanfoFrame
        ? F
        : IsColumns<F> extends true
          ? ColumnsOf<F>
          : F;

/** The kind of frame that a call returns, whatever its columns are. */
export type ResultOf<F, K extends FrameKind | 'same'> = ResultOfForm<F, FormOf<K>>;

type ResultOfForm<F, K extends FrameKind | 'same'> = K extends FrameKind
  ? FrameKinds[K]
  : F extends { readonly schema: unknown; readonly batches: unknown }
    ? FrameKinds['arrow']
    : F extends readonly unknown[]
      ? FrameKinds['records']
      : F extends { writeIPCStream: unknown; describe(): infer Frame }
        ? // A polars frame of any columns.
          Frame
        : F extends DanfoFrame
          ? F
          : IsColumns<F> extends true
            ? FrameKinds['columns']
            : F;

/**
 * The type of the frame that a call returns: of the kind that {@link ResultOf} gives, with the columns or
 * rows of `R`, the type that the function returns, as far as it tells them.
 *
 * A column of integers that one of the results lacks has nulls, and is a Float64Array with NaN in the columns
 * form.
 */
export type ResultFrame<F, K extends FrameKind | 'same', R> = WithResults<ResultOf<F, K>, NonNullable<R>>;

type WithResults<Kind, R> =
  TellsNothing<R> extends true
    ? Kind
    : Kind extends DanfoFrame
      ? // Methods of a DataFrame return the class below it; the result is of the user's own.
        Kind
      : Kind extends FrameKinds['arrow']
        ? [R] extends [Kind]
          ? OneSchema<R, Kind>
          : Kind
        : Kind extends FrameKinds['records']
          ? ResultRow<R>[]
          : Kind extends FrameKinds['columns']
            ? ResultColumns<R>
            : Kind;

/** The type of table that all results have. It does not tell the columns of a join of several types. */
type OneSchema<R, Kind> = string extends ColumnName<R> ? Kind : IsUnion<R> extends true ? Kind : R;

type IsUnion<T, Whole = T> = (T extends unknown ? ([Whole] extends [T] ? false : true) : never) extends false
  ? false
  : true;

type TellsNothing<R> =
  IsUnknown<R> extends true
    ? true
    : [R] extends [never]
      ? true
      : [FrameLike] extends [R | null | undefined]
        ? true
        : false;

type LibraryFrame = FrameKinds['danfo' | 'polars' | 'arquero' | 'flechette'];

/** A row of the result: of rows, of columns, of a table, or the one row that the function returned. */
type ResultRow<R> = R extends TableShape | readonly unknown[]
  ? RowsOf<R>[number]
  : R extends LibraryFrame
    ? FrameKinds['records'][number]
    : IsColumns<R> extends true
      ? RowsOf<R>[number]
      : R extends { readonly schema: unknown }
        ? FrameKinds['records'][number]
        : HasColumn<R> extends true
          ? FrameKinds['records'][number]
          : RowOf<R>;

type ResultColumns<R> = R extends TableShape | readonly unknown[]
  ? ColumnsOf<R>
  : R extends LibraryFrame
    ? FrameKinds['columns']
    : IsColumns<R> extends true
      ? ColumnsOf<R>
      : HasColumn<R> extends true
        ? FrameKinds['columns']
        : { [Name in keyof R]: ColumnOf<readonly R[Name][]> };

/** True if any member may be a column. Such an object is no row of plain values. */
type HasColumn<R> = true extends { [Name in keyof R]: R[Name] extends ColumnLike ? true : false }[keyof R]
  ? true
  : false;
