import type { GroupKey, KeyPart } from '../../errors.js';
import type { ColumnOf, Columns, ColumnsLike, Row } from '../../frame/index.js';
import type { TimeOf } from './every.js';
import type { KeyMaker } from './key-maker.js';

/** Names and key makers, in the order of the keys. */
export type KeyNames = readonly (string | KeyMaker)[];

/** The key that a name or key maker gives for a frame of type `F`, without null. */
type PartOf<F, By> =
  By extends KeyMaker<string, infer Key>
    ? Key extends TimeOf<infer Column>
      ? TimeKey<F, Column>
      : Key extends KeyPart
        ? Key
        : KeyPart
    : KeyPart;

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

/** The key of a group: a value for one key, an array for a list, any key for names alone. */
export type KeyOf<F, By extends string | KeyMaker | KeyNames, DropNa extends boolean> = By extends KeyNames
  ? By[number] extends string
    ? GroupKey
    : { readonly [At in keyof By]: WithNull<PartOf<F, By[At]>, DropNa> }
  : By extends string
    ? GroupKey
    : WithNull<PartOf<F, By>, DropNa>;

/** The keys that key makers name: name -> the type of the key. */
export type NamedKeys<F, By extends string | KeyMaker | KeyNames, DropNa extends boolean> = {
  [Maker in Extract<By extends KeyNames ? By[number] : By, KeyMaker> as Maker['name']]: WithNull<
    PartOf<F, Maker>,
    DropNa
  >;
};

/** The type of a result with its key columns, for rows and columns; other frames do not show columns. */
export type WithKeys<Frame, Named> = [keyof Named] extends [never]
  ? Frame
  : Frame extends Row[]
    ? (Named & Frame[number])[]
    : Columns extends Frame
      ? { [Name in keyof Named]: ColumnOf<readonly Named[Name][]> } & Frame
      : Frame;
