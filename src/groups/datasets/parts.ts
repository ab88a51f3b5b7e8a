import { tableOf } from '../../arrow/index.js';
import { ApplyError } from '../../errors.js';
import type { Dataset } from '../../files/index.js';
import { canGroupByRanges } from '../../split/index.js';
import { preview } from '../../util/index.js';
import type { GroupbyOptions } from '../groupby-options.js';
import { type KeyColumns, keyColumns } from '../key-columns.js';
import { KeyMaker } from '../keys/index.js';

/** A data set with the keys and options of its groups. */
export interface DatasetParts {
  readonly dataset: Dataset;
  readonly by: unknown;
  readonly options: Required<GroupbyOptions>;
  /** The columns that the keys are made of. */
  readonly columns: readonly string[];
  /** The key columns, if each is a column of the data set whose keys can be found part by part. */
  readonly named: readonly string[] | undefined;
  readonly isScalar: boolean;
  /** The key columns of a table without rows: those that are named tell the types of the keys. */
  readonly keys: KeyColumns;
  /** For each key: whether it is made of Dates. */
  readonly areDates: readonly boolean[];
}

/** Checks the keys of a data set by its columns; nothing is read. */
export function datasetParts(dataset: Dataset, by: unknown, options: Required<GroupbyOptions>): DatasetParts {
  const keys = isKey(by) ? [by] : by;
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isKey)) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `groupby: by must be a column name, several names or key makers for a data set, got ${preview(by)}`,
    );
  }
  // A table without rows tells unknown columns and wrong types.
  const empty = tableOf(dataset.schema, []);
  const found = keyColumns(empty, by);
  const columns = keys.flatMap((key: string | KeyMaker) =>
    typeof key === 'string' ? [key] : (key.columns ?? dataset.columns),
  );
  const areNames = keys.every((key) => typeof key === 'string');
  return {
    dataset,
    by,
    options,
    columns: [...new Set(columns)],
    named: areNames && canGroupByRanges(found.columns, options) ? (keys as string[]) : undefined,
    isScalar: found.isScalar,
    keys: found,
    areDates: found.columns.map(({ isDate }) => isDate),
  };
}

const isKey = (value: unknown): value is string | KeyMaker =>
  typeof value === 'string' || value instanceof KeyMaker;
