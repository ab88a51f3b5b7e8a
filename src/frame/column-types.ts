import type { DataType, Float, Float16, Int, Table, TypeMap } from 'apache-arrow';
import type { ColumnVector, NumericArray } from '../arrow/index.js';
import type { Column, ColumnLike, ColumnOf, Columns, DanfoFrame, FrameKinds, Row } from './types.js';

/** `any` and `unknown` tell nothing of columns. */
export type IsUnknown<T> = unknown extends T ? true : false;

/** The shape of an Arrow table, of any copy of apache-arrow. */
export interface TableShape {
  readonly schema: unknown;
  readonly batches: unknown;
  getChild(name: string): unknown;
}

/** The frames of registered kinds, which may look like columns. */
type RegisteredFrame = ApplyParallel.Frames[keyof ApplyParallel.Frames];

/** A plain object of columns; an interface has no index signature, and counts too. */
export type IsColumns<F> = [keyof F] extends [never]
  ? false
  : F extends RegisteredFrame | readonly unknown[]
    ? false
    : F extends { readonly [Name in keyof F]: ColumnLike }
      ? true
      : false;

/** The names that a type lists, without its index signature; for a union those of all members. */
type CommonNames<T> = keyof {
  [Name in keyof T as string extends Name ? never : Name extends string ? Name : never]: unknown;
};

/** The names that any member of a union lists. */
type ListedNames<T> = T extends unknown ? CommonNames<T> : never;

/** All names where an index signature allows any; editors then still complete the listed ones. */
type NamesOf<T> = T extends unknown
  ? string extends keyof T
    ? ListedNames<T> | AnyName
    : [ListedNames<T>] extends [never]
      ? AnyName
      : ListedNames<T>
  : never;

/** `string`, in a form that keeps literals beside it for completion. */
type AnyName = string & {};

/** A Series of danfojs, as a property of a DataFrame: `DataFrame & { price: Series }` tells its columns. */
interface SeriesShape {
  readonly dtypes: unknown;
  unique(): unknown;
}

type DanfoNames<F> = {
  [Name in keyof F as string extends Name
    ? never
    : // A Series of every DataFrame, which is no column.
      Name extends 'ctypes'
      ? never
      : IsUnknown<F[Name]> extends true
        ? never
        : F[Name] extends SeriesShape
          ? Name
          : never]: unknown;
};

/**
 * The names of a frame's columns, for arguments that name one. Any name fits where the type of the frame does
 * not tell them: a plain `Table`, `DataFrame` or `Row[]`.
 */
export type ColumnName<F> =
  IsUnknown<F> extends true
    ? string
    : F extends TableShape
      ? F extends Table<infer T>
        ? NamesOf<T>
        : string
      : F extends readonly (infer R)[]
        ? CommonNames<R> | NamesOfRow<R>
        : F extends { readonly schema: infer S; writeIPCStream: unknown }
          ? IsUnknown<S> extends true
            ? string
            : NamesOf<S>
          : F extends DanfoFrame
            ? NamesOf<DanfoNames<F>>
            : IsColumns<F> extends true
              ? NamesOf<F>
              : string;

type NamesOfRow<R> = IsUnknown<R> extends true ? string : NamesOf<R>;

/** The value of an element of a column; undefined counts as null. */
type ElementOf<C> = C extends BigInt64Array | BigUint64Array
  ? bigint
  : C extends NumericArray
    ? number
    : C extends ColumnVector<infer V>
      ? V | null
      : C extends readonly (infer V)[]
        ? NullFor<V>
        : unknown;

/** A value as it comes out of a column, which has null for undefined. */
export type NullFor<V> = undefined extends V ? Exclude<V, undefined> | null : V;

/** A row as it comes out of columns. Rows without undefined are as they were. */
export type RowOf<R> = R extends unknown
  ? IsUnknown<R> extends true
    ? Row
    : true extends { [Name in keyof R]-?: undefined extends R[Name] ? true : false }[keyof R]
      ? { [Name in keyof R]-?: NullFor<R[Name]> }
      : R
  : never;

/** The type of a value in a column of a frame; `unknown` where the frame's type does not tell. */
export type CellOf<F, Name> =
  IsUnknown<F> extends true
    ? unknown
    : F extends TableShape
      ? F extends Table<infer T>
        ? Name extends keyof T
          ? T[Name]['TValue'] | null
          : unknown
        : unknown
      : F extends readonly (infer R)[]
        ? CellOfRow<R, Name>
        : IsColumns<F> extends true
          ? Name extends keyof F
            ? ElementOf<F[Name]>
            : unknown
          : unknown;

type CellOfRow<R, Name> = Name extends KeysOfAny<R> ? CellOrNull<R, Name> : unknown;

type KeysOfAny<R> = R extends unknown ? keyof R : never;

/** Rows of one shape may lack a column that those of another have. */
type CellOrNull<R, Name> = R extends unknown ? (Name extends keyof R ? R[Name] : null) : never;

/**
 * A column of an Arrow type in the columns form. Where a column of integers has nulls it is a Float64Array
 * with NaN instead, which types cannot tell; annotate the function's parameter then.
 */
type ColumnOfType<T extends DataType> =
  IsUnknown<T> extends true
    ? Column
    : T extends Float16
      ? Float32Array
      : T extends Int | Float
        ? Extract<T['TArray'], NumericArray>
        : ColumnVector<NonNullable<T['TValue']>>;

type ColumnsOfTable<T extends TypeMap> = string extends keyof T
  ? Columns
  : { [Name in keyof T]: ColumnOfType<T[Name]> };

/** The type of a frame's rows as objects of columns, with the columns that the frame's type tells. */
export type ColumnsOf<F> =
  IsUnknown<F> extends true
    ? Columns
    : F extends TableShape
      ? F extends Table<infer T>
        ? ColumnsOfTable<T>
        : Columns
      : F extends readonly (infer R)[]
        ? IsUnknown<R> extends true
          ? Columns
          : [keyof R] extends [never]
            ? Columns
            : { [Name in keyof R]-?: ColumnOf<readonly R[Name][]> }
        : F extends DanfoFrame
          ? Columns
          : IsColumns<F> extends true
            ? { [Name in keyof F]: ColumnOf<F[Name]> }
            : Columns;

type RowOfTable<T extends TypeMap> = string extends keyof T
  ? Row
  : { [Name in keyof T]: T[Name]['TValue'] | null };

/** The type of a frame's rows as objects, with the columns that the frame's type tells. */
export type RowsOf<F> =
  IsUnknown<F> extends true
    ? Row[]
    : F extends TableShape
      ? F extends Table<infer T>
        ? RowOfTable<T>[]
        : Row[]
      : F extends readonly (infer R)[]
        ? RowOf<R>[]
        : F extends DanfoFrame
          ? Row[]
          : IsColumns<F> extends true
            ? { [Name in keyof F]: ElementOf<F[Name]> }[]
            : Row[];

/** Tells whether a type is that of a frame, rather than of groups or of an iterable of frames. */
export type IsFrame<F> =
  IsUnknown<F> extends true
    ? false
    : F extends TableShape | FrameKinds['danfo' | 'polars' | 'arquero' | 'flechette']
      ? true
      : F extends readonly (infer R)[]
        ? IsRow<R>
        : F extends Iterable<unknown> | AsyncIterable<unknown>
          ? false
          : IsColumns<F>;

/** A row holds plain values; a frame in a list is a table, rows, or columns. */
type IsRow<R> =
  IsUnknown<R> extends true
    ? false
    : R extends readonly unknown[]
      ? false
      : IsFrame<R> extends true
        ? false
        : R extends Iterable<unknown>
          ? false
          : true;

/** A row that has values for these columns, which a function of the columns form declares. */
export type RowWith<C extends Columns> = { readonly [Name in keyof C]: CellIn<C[Name]> };

type CellIn<C> =
  C extends ColumnVector<infer V>
    ? V | (number extends V ? Date : never) | null | undefined
    : C extends BigInt64Array | BigUint64Array
      ? bigint
      : number | bigint | null | undefined;
