import { ApplyError } from '../errors.js';
import { optionTexts, type ToOptions } from './place.js';

/** A format of files, with its options as Spark has them; undefined for the cluster's own. */
export interface FileFormat {
  readonly format: string | undefined;
  readonly options: { readonly [name: string]: string };
}

/** Spark reads CSV files as `scan` does: with a line of names, and columns of the types that values have. */
const CSV = { header: 'true', inferSchema: 'true' };

const SUFFIXES: readonly (readonly [end: RegExp, format: FileFormat])[] = [
  [/\.(?:parquet|pq)$/i, { format: 'parquet', options: {} }],
  [/\.csv$/i, { format: 'csv', options: CSV }],
  [/\.tsv$/i, { format: 'csv', options: { ...CSV, sep: '\t' } }],
  [/\.(?:json|jsonl|ndjson)$/i, { format: 'json', options: {} }],
  [/\.orc$/i, { format: 'orc', options: {} }],
  [/\.avro$/i, { format: 'avro', options: {} }],
];

const COMPRESSIONS = /\.(?:gz|gzip|bz2|zst|lz4|snappy|deflate)$/i;

/** Ends of files that are none of Parquet, or of a format that needs options. Other names may be folders. */
const OTHERS =
  /\.(?:arrows?|feather|ipc|xlsx?|ods|txt|text|log|dat|xml|html?|pdf|zip|tar|db3|sqlite3?|duckdb|pkl|np[yz]|h5|hdf5|dta|sav|rds)$/i;

/** The advice of messages about a format that is not known. */
export const FORMATS_TO_NAME =
  "say the format, cluster.read(path, { format }): Spark has 'parquet', 'csv', 'json', 'orc', 'text' and 'xml', " +
  'and a cluster may have more';

/**
 * Returns the format of files by the ends of their names, and options that their reading has unless the user
 * says otherwise. Folders, and patterns that end in none, are of the cluster's own format.
 *
 * @throws ApplyError `ERR_INVALID_OPTION` for an end of another format, and for paths of different formats
 */
export function formatOfPaths(
  paths: readonly string[],
  given: NonNullable<ToOptions['options']>,
): FileFormat {
  const found = paths.flatMap((path) => endsOf(path).map((end) => ({ path, known: suffixOf(end, path) })));
  const [{ path: first, known }] = found;
  const other = found.find((each) => each.known !== known);
  if (other) {
    const whole = first === other.path ? `'${first}' stands for` : `'${first}' and '${other.path}' are`;
    throw invalid(`${whole} files of different formats: read them apart, or ${FORMATS_TO_NAME}`);
  }
  const { format, options } = known ?? { format: undefined, options: {} };
  const own = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  // Spark tells names of options apart without their case.
  const rest = Object.entries(options).filter(([name]) => !own.has(name.toLowerCase()));
  return { format, options: { ...Object.fromEntries(rest), ...optionTexts(given) } };
}

/** Returns the names in which a path may end: `*.{csv,tsv}` has two. */
function endsOf(path: string): readonly string[] {
  const end = path
    .replace(/[/\\]+$/, '')
    .replace(/^.*[/\\]/, '')
    .replace(/\*+$/, '');
  const [, before, choice] = /^(.*)\{([^{}]*)\}$/.exec(end) ?? [];
  return choice === undefined ? [end] : choice.split(',').map((each) => before + each);
}

function suffixOf(end: string, path: string): FileFormat | undefined {
  const name = end.replace(COMPRESSIONS, '');
  if (OTHERS.test(name))
    throw invalid(`the name of '${path}' tells no format that is read: ${FORMATS_TO_NAME}`);
  return SUFFIXES.find(([pattern]) => pattern.test(name))?.[1];
}

const invalid = (message: string) => new ApplyError('ERR_INVALID_OPTION', `cluster.read: ${message}`);
