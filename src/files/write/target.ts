import { basename, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApplyError } from '../../errors.js';
import { checkOptions, oneOf, positiveInteger, type Rule, type Rules } from '../../options/index.js';
import { isObject, preview } from '../../util/index.js';
import type { FormatName } from '../format.js';

const compressions = ['none', 'snappy', 'gzip', 'brotli', 'zstd'] as const;

/** The compression of columns of Parquet files. */
export type ParquetCompression = (typeof compressions)[number];

/** The path and the options of written files. */
export interface WriteOptions {
  /** The file, or the folder for the files of a data set. */
  path: string | URL;
  /**
   * The format of the files.
   * @default what the path's ending says: `.parquet`, `.arrow` (or `.feather`), `.csv`, `.tsv`, `.csv.gz`;
   *   `'parquet'` for a folder
   */
  format?: FormatName;
  /**
   * Columns that become folders, `column=value`, as Hive, pyarrow and Spark name them: the path is then a
   * folder, and the columns are left out of the files. Any number of different values is fine.
   * @default none
   */
  partitionBy?: string | readonly string[];
  /**
   * The most rows of a row group of Parquet, or of a record batch of Arrow. Wide rows make smaller ones, so
   * that memory stays small.
   * @default 1048576, as in pyarrow
   */
  rowGroupRows?: number;
  /**
   * The compression inside the files: Parquet by `'snappy'`, `'zstd'`, `'gzip'`, `'brotli'` or `'none'`, CSV
   * by `'gzip'` or `'none'`. Arrow files are not compressed.
   * @default `'snappy'` for Parquet, `'gzip'` for names that end in `.gz`, else `'none'`
   */
  compression?: ParquetCompression;
  /**
   * The treatment of something that is there: `'error'` leaves it and fails, `'replace'` replaces it once all
   * is written. A folder is replaced whole, and only if nothing but data files is in it.
   * @default 'error'
   */
  ifExists?: 'error' | 'replace';
}

/** A place to write to: a path, or a path with options. */
export type WriteTarget = string | URL | WriteOptions;

/** {@link WriteOptions} with the defaults filled in. */
export interface ResolvedTarget {
  readonly path: string;
  readonly isFolder: boolean;
  readonly format: FormatName;
  readonly partitionBy: readonly string[];
  readonly rowGroupRows: number;
  readonly compression: ParquetCompression;
  readonly canReplace: boolean;
  /** The character between the cells of a CSV file. */
  readonly delimiter: string;
}

const ROW_GROUP_ROWS = 1024 * 1024;

const isPath = (value: unknown) =>
  (typeof value === 'string' && value !== '') || (value instanceof URL && value.protocol === 'file:');

const isName = (value: unknown) => typeof value === 'string';

const rules: Rules<WriteOptions> = {
  path: [isPath, 'a path or a file: URL'],
  format: oneOf('parquet', 'arrow', 'csv'),
  partitionBy: [
    (value) => isName(value) || (Array.isArray(value) && value.every(isName)),
    'the name of a column or an array of names',
  ],
  rowGroupRows: positiveInteger,
  compression: oneOf(...compressions),
  ifExists: oneOf('error', 'replace'),
};

/** The rule for options that take a {@link WriteTarget}; {@link resolveTarget} says more. */
export const targetRule: Rule = [
  (value) => isPath(value) || (isObject(value) && 'path' in value),
  "a path such as 'out.parquet' or 'out/', or an object with a path",
];

const endings: { readonly [ending: string]: FormatName } = {
  '.parquet': 'parquet',
  '.pq': 'parquet',
  '.arrow': 'arrow',
  '.feather': 'arrow',
  '.ipc': 'arrow',
  '.csv': 'csv',
  '.tsv': 'csv',
};

/** Checks where to write to, and fills in what is missing. */
export function resolveTarget(verb: string, given: WriteTarget): ResolvedTarget {
  if (!targetRule[0](given)) {
    throw invalid(`${verb}: to must be ${targetRule[1]}, got ${preview(given)}`);
  }
  const options: WriteOptions = isPath(given) ? { path: given as string | URL } : (given as WriteOptions);
  checkOptions(`${verb}: to`, options, rules);
  const { path: place, rowGroupRows = ROW_GROUP_ROWS, ifExists = 'error' } = options;
  const path = place instanceof URL ? fileURLToPath(place) : place;
  const { partitionBy: columns = [] } = options;
  const partitionBy = typeof columns === 'string' ? [columns] : columns;
  const lower = basename(path).toLowerCase();
  const isZipped = lower.endsWith('.gz');
  const inner = isZipped ? lower.slice(0, -3) : lower;
  const ending = /\.[^.]*$/.exec(inner)?.[0] ?? '';
  const isFolder = partitionBy.length > 0 || /[/\\]$/.test(path.replaceAll(sep, '/'));
  const known = Object.hasOwn(endings, ending) ? endings[ending] : undefined;
  const format = options.format ?? known ?? (isFolder ? 'parquet' : undefined);
  if (format === undefined) {
    throw invalid(
      `${verb}: the name ${path} says no format: end it in .parquet, .arrow, .feather, .csv, .tsv or .csv.gz, ` +
        'in / for a folder of Parquet files, or give format',
    );
  }
  const isGzipped = options.compression === undefined ? isZipped : options.compression === 'gzip';
  const compression = options.compression ?? (isZipped ? 'gzip' : format === 'parquet' ? 'snappy' : 'none');
  checkCompression(verb, format, compression);
  if (isZipped && (format !== 'csv' || !isGzipped)) {
    throw invalid(`${verb}: only CSV files are compressed as a whole: leave .gz off the name ${path}`);
  }
  const twice = partitionBy.find((name, k) => partitionBy.indexOf(name) !== k);
  if (twice !== undefined) throw invalid(`${verb}: partitionBy names the column '${twice}' twice`);
  return {
    path: resolve(path),
    isFolder,
    format,
    partitionBy,
    rowGroupRows,
    compression,
    canReplace: ifExists === 'replace',
    delimiter: ending === '.tsv' ? '\t' : ',',
  };
}

function checkCompression(verb: string, format: FormatName, compression: ParquetCompression): void {
  const able = { parquet: compressions, csv: ['none', 'gzip'], arrow: ['none'] }[format] as readonly string[];
  if (able.includes(compression)) return;
  throw invalid(
    `${verb}: compression of ${format} files must be ${able.map((name) => `'${name}'`).join(' or ')}, ` +
      `got '${compression}'`,
  );
}

const invalid = (message: string) => new ApplyError('ERR_INVALID_OPTION', message);
