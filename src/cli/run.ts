import { existsSync, statSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import type { Table } from 'apache-arrow';
import { frameKinds } from '../frame/index.js';
import {
  type ApplyOptions,
  applyParallel,
  type Dataset,
  type FrameLike,
  type GroupContext,
  groupby,
  type KeyMaker,
  partial,
  type Report,
  type WriteTarget,
} from '../index.js';
import { memoryLimitRule } from '../options/index.js';
import type { Terminal } from './command.js';
import { keyColumnsOf } from './key-columns.js';
import { exportsOf, functionOf, loadModule } from './load-module.js';
import { openFiles, withColumns } from './open-files.js';
import type { Arguments } from './parse-arguments.js';
import { counted, secondsText, showRows, sizeText } from './show.js';
import { UsageError } from './usage-error.js';
import { namedValues, wholeNumber } from './values.js';

/** Rows that are shown where nothing is written. */
const SHOWN_ROWS = 10;

type By = string | (string | KeyMaker)[] | KeyMaker;
type Options = ApplyOptions;
type ModuleOptions = Options & { readonly to?: WriteTarget };
type GroupFunction = (group: Table, context: GroupContext) => FrameLike;
type BoundFunction = (group: Table, bound: object, context: GroupContext) => FrameLike;

/** Runs a function of a module on all groups of files, and writes or shows the results. */
export async function runFunction(args: Arguments, terminal: Terminal): Promise<void> {
  const [path, ...others] = args.positionals;
  if (path === undefined) throw new UsageError('MODULE is missing: the file with the function');
  const inputs = [...args.texts('input'), ...others];
  if (inputs.length === 0) throw new UsageError('--input is missing: the files with the rows');
  const began = performance.now();
  const own = optionsOf(args);
  checkPlaces(args);

  const module = exportsOf(await loadModule(path));
  const fn = withValues(functionOf(module, path, args.text('export')) as GroupFunction, args);
  const files = await openFiles(inputs, args);
  const by = keysOf(args, module, files.columns);
  const dataset = withColumns(
    files,
    args,
    [by].flat().filter((key) => typeof key === 'string'),
  );
  const isQuiet = args.has('quiet');
  const { signal } = terminal;
  const given = moduleOptions(module);
  let report: Report | undefined;
  const options: Options = {
    ...given,
    ...own,
    signal,
    progress: !isQuiet,
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
  if (!isQuiet) terminal.write(await summaryOf(result, report, performance.now() - began));
}

function targetOf(args: Arguments): WriteTarget | undefined {
  const path = args.text('to');
  return path === undefined ? undefined : { path, ...(args.has('force') && { ifExists: 'replace' }) };
}

/** Returns the options of the call that are on the command line. */
function optionsOf(args: Arguments): Options {
  const [jobs, form, memory] = ['jobs', 'form', 'memory'].map((name) => args.text(name));
  const nJobs = jobs === undefined ? undefined : wholeNumber('--jobs', jobs, Number.NEGATIVE_INFINITY);
  if (form !== undefined && !frameKinds().includes(form)) {
    throw new UsageError(`--form must be one of ${frameKinds().join(', ')}, got ${form}`);
  }
  if (nJobs === 0) throw new UsageError('--jobs must not be 0: -1 is one worker a core, 1 none');
  return {
    ...(nJobs !== undefined && { nJobs }),
    ...(form !== undefined && { input: form as 'same' }),
    ...(memory !== undefined && { memoryLimit: memoryOf(memory) }),
  };
}

function memoryOf(text: string): number | string {
  const limit = /^[\d.]+$/.test(text) ? Number(text) : text;
  const [fits, rule] = memoryLimitRule;
  if (fits(limit)) return limit;
  throw new UsageError(`--memory must be ${typeof rule === 'string' ? rule : rule()}, got ${text}`);
}

/** Looks for what would make the call fail at its end, before it begins. */
function checkPlaces(args: Arguments): void {
  const [to, report] = [args.text('to'), args.text('report')];
  if (to !== undefined && !args.has('force') && existsSync(to)) {
    throw new Error(`${to} exists; --force replaces it`);
  }
  if (report === undefined) return;
  if (!/\.(?:svg|txt)$/i.test(report)) {
    throw new UsageError(
      `--report takes a .svg file for a picture or a .txt file for a summary, got ${report}`,
    );
  }
  const folder = dirname(resolve(report));
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`--report: there is no folder ${folder}`);
  }
}

function withValues(fn: GroupFunction, args: Arguments): GroupFunction {
  if (!args.has('set')) return fn;
  return partial(fn as unknown as BoundFunction, namedValues('--set', args.texts('set')));
}

/** Returns the keys: those on the command line, else the module's export `by`. */
function keysOf(
  args: Arguments,
  { by }: { readonly [name: string]: unknown },
  columns: readonly string[],
): By {
  if (!args.has('by')) {
    if (by === undefined) throw new UsageError('--by is missing: the columns whose values make the groups');
    return by as By;
  }
  const names = keyColumnsOf(args.texts('by'), columns);
  return names.length === 1 ? names[0] : names;
}

function moduleOptions({ options = {} }: { readonly [name: string]: unknown }): ModuleOptions {
  if (typeof options === 'object' && options !== null) return options;
  throw new UsageError('the export `options` of MODULE must be an object of options of applyParallel');
}

async function writeReport(report: Report | undefined, path: string | undefined): Promise<void> {
  if (report === undefined || path === undefined) return;
  await writeFile(path, /\.svg$/i.test(path) ? report.toSVG() : `${report}\n`);
}

async function summaryOf(result: Table | Dataset, report: Report | undefined, ms: number): Promise<string> {
  const columns = 'columns' in result ? result.columns.length : result.numCols;
  const facts = [`${counted(result.numRows ?? report?.rowsOut ?? 0, 'row')} × ${counted(columns, 'column')}`];
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
