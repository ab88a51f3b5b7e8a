import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ApplyError } from '../errors.js';
import { resolveTarget } from '../files/index.js';
import { frameKinds } from '../frame/index.js';
import type { ApplyOptions, KeyMaker, WriteTarget } from '../index.js';
import { memoryLimitRule } from '../options/index.js';
import { keyColumnsOf } from './key-columns.js';
import type { Arguments } from './parse-arguments.js';
import { UsageError } from './usage-error.js';
import { wholeNumber } from './values.js';

/** The keys as `groupby` takes them. */
type By = string | (string | KeyMaker)[] | KeyMaker;

/** The exports of the user's module. */
type Exports = { readonly [name: string]: unknown };

/** Returns the target that `--to` names. */
export function targetOf(args: Arguments): WriteTarget | undefined {
  const path = args.text('to');
  return path === undefined ? undefined : { path, ...(args.has('force') && { ifExists: 'replace' }) };
}

/** Returns the options of the call that are on the command line. */
export function optionsOf(args: Arguments): ApplyOptions {
  const [jobs, form, memory, spillTo] = ['jobs', 'form', 'memory', 'spill-to'].map((name) => args.text(name));
  const nJobs = jobs === undefined ? undefined : wholeNumber('--jobs', jobs, Number.NEGATIVE_INFINITY);
  if (form !== undefined && !frameKinds().includes(form)) {
    throw new UsageError(`--form must be one of ${frameKinds().join(', ')}, got ${form}`);
  }
  if (nJobs === 0) throw new UsageError('--jobs must not be 0: -1 is one worker a core, 1 none');
  return {
    ...(nJobs !== undefined && { nJobs }),
    ...(form !== undefined && { input: form as 'same' }),
    ...(memory !== undefined && { memoryLimit: memoryOf(memory) }),
    ...(spillTo !== undefined && { spillTo: folderOf('--spill-to', spillTo) }),
  };
}

function memoryOf(text: string): number | string {
  const limit = /^[\d.]+$/.test(text) ? Number(text) : text;
  const [fits, rule] = memoryLimitRule;
  if (fits(limit)) return limit;
  throw new UsageError(`--memory must be ${typeof rule === 'string' ? rule : rule()}, got ${text}`);
}

function folderOf(option: string, path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new UsageError(`${option}: there is no folder ${resolve(path)}`);
}

/** Checks the names of the files that are written at the end, before the work begins. */
export function checkPlaces(args: Arguments): void {
  checkTarget(targetOf(args));
  const report = args.text('report');
  if (report === undefined) return;
  if (!/\.(?:svg|txt)$/i.test(report)) {
    throw new UsageError(
      `--report takes a .svg file for a picture or a .txt file for a summary, got ${report}`,
    );
  }
  folderOf('--report', dirname(resolve(report)));
}

/** Refuses to begin where something is at `--to`, which only `--force` replaces. */
export function checkNothingIsThere(args: Arguments): void {
  const to = args.text('to');
  if (to === undefined || args.has('force') || !isTaken(to)) return;
  throw new ApplyError('ERR_FILE_EXISTS', `${to} exists; --force replaces it`);
}

/** Refuses a name for the results that says no format. */
function checkTarget(target: WriteTarget | undefined): void {
  if (target === undefined) return;
  try {
    resolveTarget('run', target);
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError(message.replace(/^run: /, '--to: ').replace(', or give format', ''));
  }
}

const isTaken = (path: string): boolean =>
  existsSync(path) && !(statSync(path).isDirectory() && readdirSync(path).length === 0);

/** Requires keys: those on the command line, else the module's export `by`. */
export function requireKeys(args: Arguments, { by }: Exports): void {
  if (args.has('by') || by !== undefined) return;
  throw new UsageError('--by is missing: the columns whose values make the groups');
}

/** Returns the keys: those on the command line, else the module's export `by`. */
export function keysOf(args: Arguments, { by }: Exports, columns: readonly string[]): By {
  if (!args.has('by')) return by as By;
  const names = keyColumnsOf(args.texts('by'), columns);
  return names.length === 1 ? names[0] : names;
}

/** Returns the module's export `options`. */
export function moduleOptions({ options = {} }: Exports): ApplyOptions & { readonly to?: WriteTarget } {
  if (typeof options === 'object' && options !== null) return options;
  throw new UsageError('the export `options` of MODULE must be an object of options of applyParallel');
}
