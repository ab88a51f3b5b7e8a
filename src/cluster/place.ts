import { ApplyError } from '../errors.js';
import { checkOptions, nearest, type Rules } from '../options/index.js';
import { isObject, preview } from '../util/index.js';

/** Options of `cluster.to`. */
export interface ToOptions {
  /**
   * A format that the cluster writes: `'parquet'`, `'orc'`, `'csv'`, `'json'`, `'avro'`, `'delta'`, ….
   *
   * @default the cluster's own, which is Parquet unless it was changed
   */
  readonly format?: string;
  /**
   * Columns that become folders, `column=value`, and are left out of the files.
   *
   * @default none
   */
  readonly partitionBy?: string | readonly string[];
  /**
   * The treatment of something that is there. `'error'` leaves it and fails before any group runs, `'append'`
   * adds files to it, `'overwrite'` replaces it when all groups have run, `'ignore'` leaves it and runs
   * nothing. These are the save modes of Spark.
   *
   * @default 'error'
   */
  readonly mode?: 'error' | 'append' | 'overwrite' | 'ignore';
  /** Options of the format, as Spark has them, such as `{ header: true }` for CSV. */
  readonly options?: { readonly [name: string]: string | number | boolean };
}

/** {@link ToOptions} with a path, checked. */
export interface Place {
  readonly path: string;
  readonly format: string | undefined;
  readonly partitionBy: readonly string[];
  readonly mode: NonNullable<ToOptions['mode']>;
  readonly options: { readonly [name: string]: string };
}

/** The save modes, with Spark's numbers of them. */
export const SAVE_MODES = { append: 1, overwrite: 2, error: 3, ignore: 4 } as const;

/** Formats that a misspelled one may mean. Others are passed on: a cluster may have more of them. */
const FORMATS = ['parquet', 'orc', 'csv', 'json', 'avro', 'delta', 'iceberg', 'xml', 'text'];

const isName = (value: unknown) => typeof value === 'string' && value !== '';

/** The rule for the options of a format. */
export const formatOptionsRule: Rules<ToOptions>['options'] = [
  (value) =>
    isObject(value) &&
    Object.values(value).every((option) => ['string', 'number', 'boolean'].includes(typeof option)),
  'an object of texts, numbers, true and false',
];

const rules: Rules<ToOptions> = {
  format: [isName, "a format such as 'parquet'"],
  partitionBy: [
    (value) => isName(value) || (Array.isArray(value) && value.every(isName)),
    'the name of a column or an array of names',
  ],
  mode: [isName, "'error', 'append', 'overwrite' or 'ignore'"],
  options: formatOptionsRule,
};

/** Checks the arguments of `cluster.to`, and fills in what is missing. */
export function resolvePlace(path: unknown, given: ToOptions): Place {
  if (typeof path !== 'string' || path.trim() === '') {
    throw invalid(`expected the path of a folder, got ${preview(path)}`);
  }
  if (/[*?[\]{}]/.test(path)) throw invalid(`the path of what is written has no wildcards, got '${path}'`);
  checkOptions('cluster.to', given, rules);
  const { format, mode = 'error', partitionBy: columns = [], options = {} } = given;
  if (!Object.hasOwn(SAVE_MODES, mode)) {
    const near = nearest(mode, Object.keys(SAVE_MODES));
    const hint = near === undefined ? '' : `; did you mean '${near}'?`;
    throw invalid(`mode must be ${rules.mode[1]}, got ${preview(mode)}${hint}`);
  }
  if (format !== undefined && !format.includes('.') && !FORMATS.includes(format.toLowerCase())) {
    const near = nearest(format, FORMATS);
    if (near !== undefined) throw invalid(`there is no format '${format}'; did you mean '${near}'?`);
  }
  const partitionBy = typeof columns === 'string' ? [columns] : columns;
  const twice = partitionBy.find((name, k) => partitionBy.indexOf(name) !== k);
  if (twice !== undefined) throw invalid(`partitionBy names the column '${twice}' twice`);
  return { path, format, partitionBy, mode, options: optionTexts(options) };
}

/** Returns the options of a format as Spark gets them. */
export const optionTexts = (
  options: NonNullable<ToOptions['options']>,
): { readonly [name: string]: string } =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [name, String(value)]));

const invalid = (message: string) => new ApplyError('ERR_INVALID_OPTION', `cluster.to: ${message}`);
