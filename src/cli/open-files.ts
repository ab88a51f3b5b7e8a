import { ApplyError } from '../errors.js';
import { type CsvOptions, type Dataset, type ScanOptions, scan } from '../index.js';
import type { Arguments } from './parse-arguments.js';
import { UsageError } from './usage-error.js';
import { columnNames, namedValues, parseTests, whereOf } from './values.js';

/**
 * Opens files with all their columns. With `--where` they are opened twice, because its values depend on the
 * types of the columns.
 */
export async function openFiles(files: readonly string[], args: Arguments): Promise<Dataset> {
  if (files.length === 0 || files.includes(''))
    throw new UsageError('name the files to read: a path, a glob or a folder');
  const options: ScanOptions = { csv: namedValues('--csv', args.texts('csv')) as CsvOptions };
  const tests = parseTests(args.texts('where'));
  const dataset = await scanAsAsked(files, options);
  if (tests.length === 0) return dataset;
  return scanAsAsked(files, { ...options, where: whereOf(tests, dataset.schema) });
}

/** Checks the values of `--where` and `--csv` that are wrong for any file. */
export function checkFileOptions(args: Arguments): void {
  namedValues('--csv', args.texts('csv'));
  parseTests(args.texts('where'));
}

const MISTAKES = new Set<unknown>(['ERR_INVALID_OPTION', 'ERR_UNKNOWN_COLUMN']);

/** Names the options of `scan` as they are on the command line. */
async function scanAsAsked(files: readonly string[], options: ScanOptions): Promise<Dataset> {
  try {
    return await scan(files, options);
  } catch (error) {
    if (!(error instanceof ApplyError) || !MISTAKES.has(error.code)) throw error;
    throw new UsageError(error.message.replace(/^scan: (csv|where)(?:\.|: | )/, '--$1 '));
  }
}

/** Returns a data set with the columns of `--columns` alone, and those that are needed anyway. */
export function withColumns(dataset: Dataset, args: Arguments, needed: readonly string[] = []): Dataset {
  const names = columnNames(args.texts('columns'), dataset.columns);
  return names.length === 0 ? dataset : dataset.select([...new Set([...names, ...needed])]);
}
