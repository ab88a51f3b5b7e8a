import { createRequire } from 'node:module';
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
import { notebookModule } from '../util/index.js';
import type { AnyTable } from './types.js';

/** The apache-arrow that this package uses. */
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

/** The classes that tables are made of, in some copy of apache-arrow. */
export type ArrowClasses = typeof ownArrowClasses;

const copies = new WeakMap<object, ArrowClasses | undefined>();
let inNotebook: ArrowClasses | undefined | null = null;

/**
 * The copy of apache-arrow a table was made with, where that is not this package's and can be found: a program that uses
 * `require` has the library's CommonJS build, whose functions do not know the tables of the other one.
 */
export function arrowClassesOf(table: AnyTable): ArrowClasses | undefined {
  const made: object = Object.getPrototypeOf(table).constructor;
  if (made === Table) return undefined;
  if (!copies.has(made)) {
    const { cache } = createRequire(import.meta.url);
    const paths = Object.keys(cache).filter((path) => path.includes('apache-arrow'));
    const found = paths.find((path) => cache[path]?.exports?.Table === made);
    copies.set(made, found === undefined ? undefined : cache[found]?.exports);
  }
  return copies.get(made);
}

/** The one that a notebook's cells get, which is never this package's: tslab knows nothing but `require`. */
export function notebookArrowClasses(): ArrowClasses | undefined {
  if (inNotebook === null) inNotebook = notebookModule('apache-arrow') as ArrowClasses | undefined;
  return inNotebook;
}
