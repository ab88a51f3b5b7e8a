import type { AnyTable, NumericArray } from '../../arrow/index.js';
import type { GroupKey, KeyPart } from '../../errors.js';
import type {
  CellOf,
  Column,
  ColumnName,
  ColumnOf,
  ColumnsLike,
  IsColumns,
  IsUnknown,
} from '../../frame/index.js';
import type { TimeOf } from './every.js';
import type { KeyMaker } from './key-maker.js';

/** Names and key makers, in the order of the keys. */
export type KeyNames = readonly (string | KeyMaker)[];

/** A key for each row: an array, a typed array or an Arrow vector. */
export type KeyVector = ArrayLike<unknown> | { readonly length: number; get(index: number): unknown };

/**
 * The type that the argument `by` of `groupby` must have. A literal name must be that of a column; names that
 * are known only at run time, and arrays of keys, are checked there.
 */
export type ByOf<F, By> = By extends string
  ? string extends By
    ? By
    : ColumnName<F>
  : By extends KeyMaker
    ? ReadsColumns<F, By>
    : By extends readonly string[]
      ? AreKeys<F, By> extends true
        ? By
        : readonly ColumnName<F>[]
      : By extends KeyNames
        ? readonly (ColumnName<F> | ReadsColumns<F, Extract<By[number], KeyMaker>>)[]
        : By extends KeyVector
          ? By
          : ColumnName<F> | KeyMaker | readonly (ColumnName<F> | KeyMaker)[] | KeyVector;

/**
 * The key maker, if it reads a column of the frame. Otherwise one that does, or a text about its type: the
 * compiler shows it.
 */
type ReadsColumns<F, Maker> = Maker extends { readonly column?: infer Column; readonly cell?: infer Cell }
  ? [string] extends [Column]
    ? Maker
    : [Exclude<Column, undefined>] extends [ColumnName<F>]
      ? HoldsText<F, Exclude<Column, undefined>, Cell> extends true
        ? `bins take a column of numbers, and '${Exclude<Column, undefined> & string}' holds text`
        : Maker
      : KeyMaker<string, unknown, ColumnName<F>>
  : never;

/** True if a key maker needs other values than text, and its column surely holds text. */
type HoldsText<F, Column, Cell> = [string] extends [Cell]
  ? false
  : [Column] extends [never]
    ? false
    : IsUnknown<CellOf<F, Column>> extends true
      ? false
      : [NonNullable<CellOf<F, Column>>] extends [never]
        ? false
        : [NonNullable<CellOf<F, Column>>] extends [string]
          ? true
          : false;

/**
 * True if a list of texts may hold a key for each row: at run time, too, none of them is a column. A list of
 * one text is a misspelled name.
 */
type AreKeys<F, By extends readonly string[]> = string extends By[number]
  ? true
  : By extends readonly [string]
    ? false
    : [Extract<By[number], ColumnName<F>>] extends [never]
      ? true
      : false;

/** The key that a name or key maker gives for a frame of type `F`, without null. */
type PartOf<F, By> =
  By extends KeyMaker<string, infer Key>
    ? Key extends TimeOf<infer Column>
      ? TimeKey<F, Column>
      : Key extends KeyPart
        ? Key
        : KeyPart
    : KeyPartOf<CellOf<F, By>>;

/** The values of a cell that are keys; all where the type does not tell. */
type KeyPartOf<Value> =
  IsUnknown<Value> extends true
    ? KeyPart
    : [Extract<NonNullable<Value>, KeyPart>] extends [never]
      ? KeyPart
      : Extract<NonNullable<Value>, KeyPart>;

/** Dates where the type of the frame says so, numbers for an Arrow table. */
type TimeKey<F, Column extends string> = F extends { readonly schema: unknown; readonly batches: unknown }
  ? number
  : F extends readonly (infer R)[]
    ? Column extends keyof R
      ? DateOr<R[Column]>
      : Date | number
    : F extends ColumnsLike
      ? F[Column] extends readonly (infer V)[]
        ? DateOr<V>
        : Date | number
      : Date | number;

type DateOr<V> = [NonNullable<V>] extends [Date] ? Date : Date | number;

/** `dropna: false` makes null a key. */
type WithNull<Key, DropNa extends boolean> = DropNa extends true ? Key : Key | null;

/** The key of a group: a value for one key, an array for a list, any key where the types do not tell. */
export type KeyOf<F, By, DropNa extends boolean> = By extends string
  ? string extends By
    ? GroupKey
    : IsUnknown<CellOf<F, By>> extends true
      ? GroupKey
      : WithNull<PartOf<F, By>, DropNa>
  : By extends KeyMaker
    ? WithNull<PartOf<F, By>, DropNa>
    : By extends KeyNames
      ? By extends readonly string[]
        ? AreKeys<F, By> extends true
          ? GroupKey
          : NamesKey<F, By, DropNa>
        : NamesKey<F, By, DropNa>
      : By extends BigInt64Array | BigUint64Array
        ? WithNull<bigint, DropNa>
        : By extends NumericArray
          ? WithNull<number, DropNa>
          : GroupKey;

/** The parts of a key by a list of names and key makers. Names alone, of unknown types, tell nothing. */
type NamesKey<F, By extends KeyNames, DropNa extends boolean> = By extends readonly string[]
  ? IsUnknown<CellOf<F, By[number]>> extends true
    ? GroupKey
    : PartsOf<F, By, DropNa>
  : PartsOf<F, By, DropNa>;

type PartsOf<F, By extends KeyNames, DropNa extends boolean> = {
  readonly [At in keyof By]: WithNull<PartOf<F, By[At]>, DropNa>;
};

/** The key columns whose names are known: name -> the type of the key; `unknown` for none. */
export type NamedKeys<F, By, DropNa extends boolean> = NamedParts<
  F,
  By extends KeyNames ? NamedIn<F, By> : NamedKey<By>,
  DropNa
>;

type NamedParts<F, Keys, DropNa extends boolean> = [Keys] extends [never]
  ? unknown
  : { [Key in Keys as NameOf<Key>]: WithNull<PartOf<F, Key>, DropNa> };

/** The names and key makers of a list; none in a list of texts that are keys themselves. */
type NamedIn<F, By extends KeyNames> = By extends readonly string[]
  ? AreKeys<F, By> extends true
    ? never
    : NamedKey<By[number]>
  : NamedKey<By[number]>;

/** A key maker, or a name that is known. */
type NamedKey<Key> = Key extends KeyMaker
  ? Key
  : Key extends string
    ? string extends Key
      ? never
      : Key
    : never;

type NameOf<Key> = Key extends KeyMaker ? Key['name'] : Key extends string ? Key : never;

/**
 * The type of a result with its key columns, for rows and columns. Tables show no columns then. A column that
 * the result has keeps its type.
 */
export type WithKeys<Frame, Named> = [keyof Named] extends [never]
  ? Frame
  : Frame extends readonly (infer R extends object)[]
    ? WithOthers<R, Named>[]
    : IsColumns<Frame> extends true
      ? WithOthers<Frame, { [Name in keyof Named]: KeyColumnOf<Named[Name]> }>
      : Frame extends AnyTable
        ? AnyTable
        : Frame;

/** A column of keys; any where their type is not known. */
type KeyColumnOf<Key> = [KeyPart] extends [Key] ? Column : ColumnOf<readonly Key[]>;

/** Adds the members of `More` that `T` lacks. */
type WithOthers<T, More> = T extends unknown
  ? string extends keyof T
    ? More & T
    : Omit<More, keyof T> & T
  : never;
