import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import type { Table } from 'apache-arrow';
import { ApplyError } from '../errors.js';
import { preview } from '../util/index.js';
import type { FrameAdapter } from './adapter.js';
import { arrowAdapter } from './arrow-adapter.js';

/** The kinds of this package's own adapters. */
export const builtInKinds = ['columns', 'arrow', 'danfo', 'records', 'polars', 'arquero', 'flechette'];
const adapters = new Map<string, FrameAdapter>();

/** Returns the registered adapters, the last one first. */
export const registered = (): readonly FrameAdapter[] => list;
let list: readonly FrameAdapter[] = [];

/**
 * Adds a kind of frame: such frames can then be grouped, given to functions, returned by them, and named in
 * `input` and `output`. Registering a kind again replaces its adapter.
 *
 * Workers can make and read such frames if the adapter is registered in a module of its own, given as
 * `module`: each worker imports it. That module cannot be the script that is run, because importing it would
 * run it again.
 *
 * For the compiler, a class that has nothing but arrays is an object of columns, unless the interface
 * `ApplyParallel.Frames` names its kind.
 *
 * The counterpart in Python is `joblib.register_parallel_backend`: one small class, from then on known by a
 * name.
 *
 * @throws ApplyError `ERR_INVALID_OPTION` if the adapter lacks a member, or its kind is one of this package's
 *   own
 * @example
 * class Grid {
 *   constructor(readonly names: string[], readonly rows: unknown[][]) {}
 *   row(at: number) { return this.rows[at]; }
 * }
 * registerAdapter<Grid>({
 *   kind: 'grid',
 *   matches: (value): value is Grid => value instanceof Grid,
 *   toArrow: ({ names, rows }) =>
 *     tableFromArrays(Object.fromEntries(names.map((name, k) => [name, rows.map((row) => row[k])]))),
 *   fromArrow(table) {
 *     const names = table.schema.names.map(String);
 *     return new Grid(names, table.toArray().map((row) => names.map((name) => row[name])));
 *   },
 * });
 * const grid = new Grid(['k', 'x'], [['a', 1], ['b', 2], ['a', 3]]);
 * groupby(grid, 'k').getGroup('a').rows // [['a', 1], ['a', 3]]
 */
export function registerAdapter<F>(adapter: FrameAdapter<F>): void {
  check(adapter as FrameAdapter);
  const { kind } = adapter;
  const module = adapter.module === undefined ? undefined : moduleUrl(adapter.module);
  adapters.set(kind, {
    kind,
    module,
    matches: (value): value is unknown => adapter.matches(value),
    toArrow: (frame, code) => ownTable(adapter.toArrow(frame as F, code), kind),
    fromArrow: (table) => adapter.fromArrow(table),
    load: adapter.load && (() => adapter.load?.() ?? Promise.resolve()),
  });
  list = [...adapters.values()].reverse();
}

function check(adapter: FrameAdapter): void {
  if (typeof adapter !== 'object' || adapter === null)
    throw invalid(`takes an adapter, got ${preview(adapter)}`);
  const { kind, module } = adapter;
  if (typeof kind !== 'string' || kind === '') throw invalid(`kind must be a word, got ${preview(kind)}`);
  if (kind === 'same' || builtInKinds.includes(kind))
    throw invalid(`the kind '${kind}' is taken; choose another word`);
  for (const name of ['matches', 'toArrow', 'fromArrow'] as const) {
    if (typeof adapter[name] !== 'function')
      throw invalid(`${name} must be a function, got ${preview(adapter[name])}`);
  }
  if (adapter.load !== undefined && typeof adapter.load !== 'function') {
    throw invalid(`load must be a function, got ${preview(adapter.load)}`);
  }
  if (module !== undefined && !URL.canParse(module)) {
    throw invalid(`module must be a URL, such as import.meta.url, got ${preview(module)}`);
  }
}

/** Checks that the module is not the program itself. */
function moduleUrl(module: string): string {
  const url = new URL(module);
  const [, entry] = process.argv;
  // A worker does not run the program's entry, so it may import that file.
  if (isMainThread && entry && url.protocol === 'file:' && realPath(fileURLToPath(url)) === realPath(entry)) {
    throw invalid(
      `module is the script that is run, ${url.href}; workers would run it again. ` +
        'Move the adapter into a module of its own',
    );
  }
  return url.href;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Converts the table to this package's copy of apache-arrow; the adapter may use another. */
function ownTable(table: Table, kind: string): Table {
  if (arrowAdapter.matches(table)) return arrowAdapter.toArrow(table);
  throw new ApplyError(
    'ERR_NOT_A_FRAME',
    `the adapter '${kind}' must return an Arrow table from toArrow, and returned ${preview(table)}`,
  );
}

const invalid = (message: string) => new ApplyError('ERR_INVALID_OPTION', `registerAdapter: ${message}`);
