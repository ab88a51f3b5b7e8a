import {
  Binary,
  BinaryView,
  Bool,
  Data,
  Date_,
  Decimal,
  Dictionary,
  Duration,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float,
  Int,
  Interval,
  LargeBinary,
  LargeList,
  LargeUtf8,
  List,
  Map_,
  Null,
  RecordBatch,
  Schema,
  Struct,
  Table,
  Time,
  Timestamp,
  Union,
  Utf8,
  Utf8View,
  Vector,
} from 'apache-arrow';
import { notebookModule, packageUrl, requireFrom } from '../util/index.js';
import type { AnyTable } from './types.js';

/** The classes of the copy of apache-arrow that this package uses. */
export const ownArrowClasses = {
  Binary,
  BinaryView,
  Bool,
  Data,
  Date_,
  Decimal,
  Dictionary,
  Duration,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float,
  Int,
  Interval,
  LargeBinary,
  LargeList,
  LargeUtf8,
  List,
  Map_,
  Null,
  RecordBatch,
  Schema,
  Struct,
  Table,
  Time,
  Timestamp,
  Union,
  Utf8,
  Utf8View,
  Vector,
};

/** The classes of one copy of apache-arrow, ours or another. */
export type ArrowClasses = typeof ownArrowClasses;

const copies = new WeakMap<object, ArrowClasses | undefined>();
let notebookClasses: ArrowClasses | undefined | null = null;

/**
 * Returns the classes that a table was made with; undefined if they are this package's own or cannot be
 * found. A program that uses `require` gets the CommonJS build of apache-arrow, whose functions do not accept
 * tables of the ES module build.
 */
export function arrowClassesOf(table: AnyTable): ArrowClasses | undefined {
  const made: object = Object.getPrototypeOf(table).constructor;
  if (made === Table) return undefined;
  if (!copies.has(made)) {
    const { cache } = requireFrom(packageUrl);
    const paths = Object.keys(cache).filter((path) => path.includes('apache-arrow'));
    const found = paths.find((path) => cache[path]?.exports?.Table === made);
    copies.set(made, found === undefined ? undefined : cache[found]?.exports);
  }
  return copies.get(made);
}

/**
 * Returns the classes that notebook cells use. These are never this package's own, because tslab loads
 * everything with `require`.
 */
export function notebookArrowClasses(): ArrowClasses | undefined {
  if (notebookClasses === null) notebookClasses = notebookModule('apache-arrow') as ArrowClasses | undefined;
  return notebookClasses;
}
