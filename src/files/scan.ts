import { Field, Schema, Vector } from 'apache-arrow';
import { deriveSchema } from '../arrow/index.js';
import { withUniqueIds } from '../combine/index.js';
import { ApplyError } from '../errors.js';
import { fromCaller, preview } from '../util/index.js';
import { Dataset } from './dataset.js';
import { type FoundFile, findFiles } from './find-files.js';
import type { Comparable, FileInfo, FormatName, SourceFile } from './format.js';
import { formatOf, formats } from './formats.js';
import { type HiveColumn, hiveColumns } from './hive.js';
import { openFile } from './open-file.js';
import { type ResolvedScanOptions, resolveScanOptions, type ScanOptions } from './options.js';
import { warmForReading } from './read-parts.js';
import { type Source, type SourceFileInfo, selectFields } from './source.js';
import { checkDeclared, uniteSchemas } from './unite-schemas.js';
import { type Condition, matches, resolveWhere } from './where.js';

/** Files open at a time. */
const MOST_OPEN = 32;

/**
 * Opens files as one table, without reading their rows: Parquet, Arrow (Feather), CSV and TSV, also
 * `.csv.gz`. A folder is a data set with all files below it, and folders named `column=value` are columns.
 *
 * Counterpart of `pyarrow.dataset.dataset(source)` and `polars.scan_parquet`. The files must stay as they are
 * until they have been read.
 *
 * @param source a path, a glob such as `'sales/*.parquet'`, a folder, or an array of these
 * @returns the data set: iterate over it, or `read()` it whole
 * @throws ApplyError `ERR_BAD_FILE` for a file that is missing, torn or no data; `ERR_SCHEMA_MISMATCH` for
 *   files whose columns do not fit together; `ERR_UNKNOWN_COLUMN`; `ERR_INVALID_OPTION`
 * @example
 * await dump(sales, '/tmp/scan.parquet');
 * const dear = await scan('/tmp/scan.parquet', { where: { price: { gt: 1 } } });
 * const result = await applyParallel(groupby(await dear.read(), 'category'), (group) => group);
 */
export function scan(
  source: string | URL | readonly (string | URL)[],
  options: ScanOptions = {},
): Promise<Dataset> {
  return fromCaller(scan, () => scanFiles(source, options));
}

async function scanFiles(
  source: string | URL | readonly (string | URL)[],
  options: ScanOptions,
): Promise<Dataset> {
  const resolved = resolveScanOptions(options);
  const sources = (Array.isArray(source) ? source : [source]) as readonly (string | URL)[];
  if (sources.length === 0 || !sources.every((path) => typeof path === 'string' || path instanceof URL)) {
    const got = preview(source);
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `scan: source must be a path or an array of paths, got ${got}`,
    );
  }
  const found = await findFiles(sources, resolved.hive);
  return new Dataset(await openSource(found, resolved));
}

async function openSource(found: readonly FoundFile[], options: ResolvedScanOptions): Promise<Source> {
  const hive = hiveColumns(found.map((file) => file.hive));
  const folders = new Schema(hive.map(({ name, type }) => new Field(name, type, true)));
  const [inFolders, inFiles] = partition(options.where, ([column]) =>
    hive.some(({ name }) => name === column),
  );
  const folderTests = resolveWhere(inFolders, folders);
  const kept = found
    .map((_, k) => k)
    .filter((k) => folderTests.every((test) => matches(test, valueIn(hive, test, k))));
  // Without any file that matches, the first one still tells the columns.
  const opened = await mapConcurrently(kept.length > 0 ? kept : [0], (k) => openOne(found[k].path, options));
  const files = opened.map(
    (file, k): SourceFileInfo => ({
      ...file,
      constants: Object.fromEntries(hive.map(({ name, values }) => [name, values[kept[k] ?? 0]])),
    }),
  );
  const available = availableSchema(files, hive, options.schema);
  const schema = options.columns ? selectFields(available, options.columns) : available;
  const where = resolveWhere(inFiles, available);
  warmForReading(files.reduce((sum, { file }) => sum + file.size, 0));
  return { files: kept.length > 0 ? files : [], available, schema, hive, where };
}

/** Divides an object in those of its entries that pass a test, and the others. */
function partition<T>(
  object: { readonly [name: string]: T },
  test: (entry: [name: string, value: T]) => boolean,
): [passed: { [name: string]: T }, others: { [name: string]: T }] {
  const entries = Object.entries(object);
  return [
    Object.fromEntries(entries.filter(test)),
    Object.fromEntries(entries.filter((entry) => !test(entry))),
  ];
}

/** Returns the value of a condition's column in the folders of a file. */
function valueIn(hive: readonly HiveColumn[], { column }: Condition, file: number): Comparable | null {
  const { values, dictionary } = hive.find(({ name }) => name === column) as HiveColumn;
  const value = values[file];
  return value === null || dictionary === undefined
    ? value
    : (new Vector([dictionary]).get(Number(value)) as string);
}

interface Opened {
  readonly file: SourceFile;
  readonly format: FormatName;
  readonly info: FileInfo;
}

async function openOne(path: string, options: ResolvedScanOptions): Promise<Opened> {
  const file = await openFile(path);
  try {
    const name = options.format ?? (await formatOf(file));
    const info = await formats[name].open(file, options.csv);
    return { file: { path, size: file.size, modified: file.modified }, format: name, info };
  } finally {
    await file.close();
  }
}

/** Returns the columns of all files and folders. The columns of folders come last. */
function availableSchema(
  files: readonly SourceFileInfo[],
  hive: readonly HiveColumn[],
  declared: Schema | undefined,
): Schema {
  const schemas = files.map(({ file, info }) => ({ path: file.path, schema: info.schema }));
  if (declared) {
    checkDeclared(declared, schemas);
    return declared;
  }
  const united = uniteSchemas(schemas);
  if (hive.length === 0) return united;
  const inFolders = new Set(hive.map(({ name }) => name));
  const fields = united.fields.filter(({ name }) => !inFolders.has(name));
  const named = hive.map(({ name, type, values }) => new Field(name, type, values.includes(null)));
  return deriveSchema(united, withUniqueIds([...fields, ...named]), 'values');
}

/** Runs `open` on all items, {@link MOST_OPEN} at a time, and returns the results in order. */
async function mapConcurrently<T, U>(items: readonly T[], open: (item: T) => Promise<U>): Promise<U[]> {
  const results: U[] = new Array(items.length);
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const at = next++;
      results[at] = await open(items[at]);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(MOST_OPEN, items.length) }, work));
  } finally {
    // After an error the other workers of this function take no more items.
    next = items.length;
  }
  return results;
}
