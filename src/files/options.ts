import type { Schema } from 'apache-arrow';
import { describeSchema, reviveSchema } from '../arrow/index.js';
import { checkOptions, flag, oneOf, type Rules } from '../options/index.js';
import { type CsvOptions, checkCsvOptions } from './csv/index.js';
import type { FormatName } from './format.js';
import type { Where } from './where.js';

/** Options of {@link scan}. */
export interface ScanOptions {
  /**
   * The format of the files.
   * @default told by the end of each file's name, else by its first bytes
   */
  format?: FormatName | 'feather' | 'tsv';
  /**
   * The columns to read, in this order. Others are not read.
   * @default all
   */
  columns?: readonly string[];
  /**
   * The rows to read: `{ month: { gte: 202401, lt: 202407 }, category: ['tea', 'cake'], store: 'A' }`.
   * Folders and row groups in which no row can match are not read, all others are filtered row by row. All
   * conditions must hold; null matches only null. Times are Dates, ISO texts (UTC without a zone) or
   * milliseconds.
   * @default all rows
   */
  where?: Where;
  /**
   * Makes columns of folders that are named `column=value`: whole numbers, dates and text, and null for
   * `__HIVE_DEFAULT_PARTITION__`. A column that a folder names is not read from the files.
   * @default true
   */
  hive?: boolean;
  /**
   * The columns and types of the result, instead of what the files have together. A column that no file has
   * is null.
   * @default the columns of all files by name, each with the smallest type that holds all values
   */
  schema?: Schema;
  /**
   * The dialect of CSV files: delimiter, quotes, decimal comma, encoding, texts that stand for null, types.
   */
  csv?: CsvOptions;
}

const isText = (value: unknown) => typeof value === 'string';

const isSchema = (value: unknown) =>
  typeof value === 'object' && value !== null && Array.isArray((value as { fields?: unknown }).fields);

const isPlainObject = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const scanRules: Rules<ScanOptions> = {
  format: oneOf('parquet', 'arrow', 'feather', 'csv', 'tsv'),
  columns: [(value) => Array.isArray(value) && value.every(isText), 'an array of names of columns'],
  where: [
    isPlainObject,
    "an object of columns and their conditions, such as { price: { gte: 10 }, store: ['A', 'B'] }",
  ],
  hive: flag,
  schema: [isSchema, 'an Arrow Schema'],
  csv: [isPlainObject, 'an object of options'],
};

/** Options of {@link scan} with the defaults filled in. */
export interface ResolvedScanOptions {
  readonly format: FormatName | undefined;
  readonly columns: readonly string[] | undefined;
  readonly where: Where;
  readonly hive: boolean;
  readonly schema: Schema | undefined;
  readonly csv: CsvOptions;
}

export function resolveScanOptions(options: ScanOptions): ResolvedScanOptions {
  checkOptions('scan', options, scanRules);
  const { format, columns, where = {}, hive = true, schema, csv = {} } = options;
  checkCsvOptions(csv);
  return {
    format: format === 'feather' ? 'arrow' : format === 'tsv' ? 'csv' : format,
    columns,
    where,
    hive,
    // A schema of another copy of apache-arrow becomes one of this copy.
    schema: schema && reviveSchema(describeSchema(schema)),
    csv: format === 'tsv' ? { delimiter: '\t', ...csv } : csv,
  };
}
