import type { Float64, Vector } from 'apache-arrow';
import type { AnyTable, ColumnVector, NumericArray } from '../arrow/index.js';
import type { Column, ColumnOf, ColumnsOf } from '../frame/index.js';

/** A column that the helpers take: one of the columns form, an Arrow vector, or an array of values. */
export type AnyColumn = Column | Vector | readonly unknown[];

/** A frame that the helpers take: a group of the columns form, or an Arrow table. */
export type AnyFrame = AnyTable | { readonly [name: string]: unknown };

/** A column that may have missing values, as `shift` makes it: integers become floats, which have NaN. */
export type WithMissing<C> = C extends Vector
  ? C
  : C extends Float32Array
    ? Float32Array
    : C extends NumericArray
      ? Float64Array
      : C extends ColumnVector
        ? C
        : C extends readonly unknown[]
          ? ColumnOf<C>
          : Column;

/** A column with the same values or fewer: typed arrays and vectors stay what they are. */
export type SameColumn<C> = C extends NumericArray | ColumnVector
  ? C
  : C extends readonly unknown[]
    ? ColumnOf<C>
    : Column;

/** A column of floats: a vector for a vector of Arrow, otherwise a typed array with NaN. */
export type Floats<C> = C extends Vector
  ? Vector<Float64>
  : C extends Float32Array
    ? Float32Array
    : Float64Array;

/** A column of the columns form that may have NaN: integers are floats. */
type Missing<C> = C extends Float32Array ? C : C extends NumericArray ? Float64Array : C;

/** The columns of a small table, as `lookup` adds them to a group of the columns form. */
type ColumnsIn<T> = { [Name in keyof ColumnsOf<T> & string]: Missing<ColumnsOf<T>[Name]> };

/** The columns that `lookup` leaves out: those by which rows are found. */
type KeysIn<O> = O extends { readonly on: infer On }
  ? On extends string
    ? On
    : On extends readonly (infer Name)[]
      ? Name
      : On[keyof On]
  : never;

/** The names in the table of the columns that `lookup` adds. */
type AddedNames<T, O> = O extends { readonly columns: readonly (infer Name)[] }
  ? Name
  : Exclude<keyof ColumnsIn<T>, KeysIn<O>>;

type Prefix<O> = O extends { readonly prefix: infer P extends string } ? P : '';

/**
 * `unknown` for options of `lookup` that name a column which is known only at run time, otherwise `never`.
 */
export type NamedLater<O> = O extends { readonly on: infer On; readonly columns?: infer Names }
  ? [string] extends [TextsIn<On> | TextsIn<Names>]
    ? unknown
    : never
  : never;

type TextsIn<Names> = Names extends string ? Names : Names extends object ? Names[keyof Names] : never;

/** The frame that `lookup` returns: a table for a table, and an object of columns with those it added. */
export type Joined<F, T, O> = F extends AnyTable
  ? AnyTable
  : F & {
      [Name in AddedNames<T, O> & keyof ColumnsIn<T> & string as `${Prefix<O>}${Name}`]: ColumnsIn<T>[Name];
    };
