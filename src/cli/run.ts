import { stat, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Table } from 'apache-arrow';
import { type ApplyOptions, applyParallel, type Dataset, groupby, type Report } from '../index.js';
import { sizeText } from '../util/index.js';
import type { Terminal } from './command.js';
import { exportsOf, functionOf, loadModule } from './load-module.js';
import { logProgress } from './log-progress.js';
import { checkFileOptions, openFiles, withColumns } from './open-files.js';
import type { Arguments } from './parse-arguments.js';
import {
  checkNothingIsThere,
  checkPlaces,
  keysOf,
  moduleOptions,
  optionsOf,
  requireKeys,
  targetOf,
} from './run-options.js';
import { withValues } from './set-values.js';
import { counted, secondsText, showRows, tellSkippedLines } from './show.js';
import { UsageError } from './usage-error.js';

/** Rows that are shown where nothing is written. */
const SHOWN_ROWS = 10;

/** Runs a function of a module on all groups of files, and writes or shows the results. */
export async function runFunction(args: Arguments, terminal: Terminal): Promise<void> {
  const [path, ...others] = args.positionals;
  if (path === undefined) throw new UsageError('MODULE is missing: the file with the function');
  const inputs = [...args.texts('input'), ...others];
  if (inputs.length === 0) throw new UsageError('--input is missing: the files with the rows');
  const began = performance.now();
  const asked = optionsOf(args);
  checkPlaces(args);
  checkFileOptions(args);

  const module = exportsOf(await loadModule(path));
  const fn = withValues(functionOf(module, path, args.text('export')), args.texts('set'));
  const given = moduleOptions(module);
  requireKeys(args, module);
  checkNothingIsThere(args);
  const files = await openFiles(inputs, args);
  const by = keysOf(args, module, files.columns);
  const dataset = withColumns(
    files,
    args,
    [by].flat().filter((key) => typeof key === 'string'),
  );
  const isQuiet = args.has('quiet');
  const { signal } = terminal;
  let report: Report | undefined;
  const options: ApplyOptions = {
    ...given,
    ...asked,
    signal,
    progress: isQuiet ? false : terminal.isInteractive || logProgress(terminal.log),
    report: (made) => {
      report = made;
      given.report?.(made);
    },
  };
  const grouped = groupby(dataset, by as string);
  const to = targetOf(args) ?? given.to;
  let result: Table | Dataset;
  if (to === undefined) {
    result = await applyParallel(grouped, fn, { ...options, output: 'arrow' as 'same' });
    showRows(result, terminal, SHOWN_ROWS);
    if (!isQuiet) terminal.write('\n');
  } else {
    result = await applyParallel(grouped, fn, { ...options, to });
  }
  await writeReport(report, args.text('report'));
  if (isQuiet) return;
  tellSkippedLines(dataset, terminal);
  terminal.write(await summaryOf(result, report, performance.now() - began));
}

async function writeReport(report: Report | undefined, path: string | undefined): Promise<void> {
  if (report === undefined || path === undefined) return;
  await writeFile(path, /\.svg$/i.test(path) ? report.toSVG() : `${report}\n`);
}

async function summaryOf(result: Table | Dataset, report: Report | undefined, ms: number): Promise<string> {
  const columns = 'columns' in result ? result.columns.length : result.numCols;
  const rows = result.numRows ?? report?.rowsOut ?? 0;
  const facts = [`${counted(rows, 'row')} × ${counted(columns, 'column')}`];
  if ('files' in result) facts.push(await placeOf(result));
  if (report) facts.push(`${counted(report.groups, 'group')} in ${secondsText(ms)}`);
  if (report?.failed.length) facts.push(`${counted(report.failed.length, 'group')} failed`);
  return `${facts.join(', ')}\n`;
}

/** Names the file or files that were written, with their size. */
async function placeOf({ files }: Dataset): Promise<string> {
  const sizes = await Promise.all(files.map(async (path) => (await stat(path)).size));
  const size = sizeText(sizes.reduce((sum, each) => sum + each, 0));
  return `${size} in ${files.length === 1 ? relative('', files[0]) : counted(files.length, 'file')}`;
}
