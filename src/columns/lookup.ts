import type { ColumnName } from '../frame/index.js';
import { checkOptions, oneOf, type Rules } from '../options/index.js';
import { preview } from '../util/index.js';
import { invalid } from './column.js';
import { columnIn, isTable, openFrame, withColumns } from './frame.js';
import { rowsByKeys } from './lookup-keys.js';
import { lookupTable } from './lookup-table.js';
import { takeFrame } from './take.js';
import type { AnyFrame, Joined, NamedLater } from './types.js';

/**
 * Options of `lookup`.
 *
 * @typeParam F the type of the group, and `T` that of the table: names must be those of their columns, where
 *   the types tell these
 */
export interface LookupOptions<F = unknown, T = unknown> {
  /**
   * The columns whose values must be equal: a name that both frames have, several, or
   * `{ name in the group: name in the table }`.
   */
  readonly on:
    | (ColumnName<F> & ColumnName<T>)
    | readonly (ColumnName<F> & ColumnName<T>)[]
    | { readonly [Name in ColumnName<F>]?: ColumnName<T> };
  /**
   * `'left'` keeps rows without a match, with missing values in the new columns; `'inner'` leaves them out.
   *
   * @default 'left'
   */
  readonly how?: 'left' | 'inner';
  /** The columns of the table to add. @default all but those of `on` */
  readonly columns?: readonly ColumnName<T>[];
  /** Begins the names of the new columns. @default '' */
  readonly prefix?: string;
}

const isNames = (value: unknown): boolean =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');

const isOn = (value: unknown): boolean =>
  typeof value === 'string' ||
  (typeof value === 'object' &&
    value !== null &&
    Object.values(value).length > 0 &&
    isNames(Object.values(value)));

const rules: Rules<LookupOptions> = {
  on: [isOn, "the name of a column, several, or { 'name in the group': 'name in the table' }"],
  how: oneOf('left', 'inner'),
  columns: [isNames, 'a list of names of columns'],
  prefix: [(value) => typeof value === 'string', 'a text'],
};

/**
 * Returns a frame with the columns of a small table, found by one key or several. As
 * `df.merge(table, on=…, how='left' | 'inner', validate='many_to_one')` of pandas: rows keep their order, and
 * a missing key finds the row of the table whose key is missing.
 *
 * A table is indexed once and kept with its index, so that each group of a call finds its rows fast. Do not
 * change the table between calls.
 *
 * @param frame a group of the columns form, or an Arrow table
 * @param table a frame of any kind, with one row for each key
 * @throws ApplyError `ERR_UNKNOWN_COLUMN`; `ERR_INVALID_OPTION` for keys of different kinds, for a key that
 *   the table has twice, or for a name that the frame has already
 * @example
 * import { lookup } from 'apply-parallel/columns';
 *
 * const items = [{ item: 'tea', brand: 'Elm' }, { item: 'cake', brand: 'Larch' }];
 * const sales = { item: ['cake', 'jam', 'tea'], pieces: Float64Array.of(1, 2, 5) };
 * console.log([...lookup(sales, items, { on: 'item' }).brand]);
 * // -> [ 'Larch', null, 'Elm' ]
 */
export function lookup<F extends AnyFrame, T, const O extends LookupOptions<F, T>>(
  frame: F,
  table: T,
  options: O,
): Joined<F, T, O>;
/**
 * Returns a frame with the columns of a small table, for names that are known only at run time.
 */
export function lookup<F extends AnyFrame, T, const O extends LookupOptions>(
  frame: F,
  table: T,
  options: O & NamedLater<O>,
): Joined<F, T, O>;
/**
 * The first one again: editors complete by the first, and compilers say what is wrong by the last.
 *
 * @hidden
 */
export function lookup<F extends AnyFrame, T, const O extends LookupOptions<F, T>>(
  frame: F,
  table: T,
  options: O,
): Joined<F, T, O>;
export function lookup<F extends AnyFrame, T, const O extends LookupOptions>(
  frame: F,
  table: T,
  options: O,
): Joined<F, T, O> {
  checkOptions<LookupOptions>('lookup', options, rules);
  const { on, how = 'left', prefix = '' } = options;
  if (on === undefined) throw invalid(`lookup takes { on: 'name of a column' }, got ${preview(options)}`);
  const pairs = pairsOf(on);
  const open = openFrame('lookup', frame);
  const known = lookupTable(table);
  const keys = pairs.map(([name]) => ({ name, column: columnIn('lookup', open, name) }));
  const found = rowsByKeys(
    known,
    pairs.map(([, name]) => name),
    keys,
  );
  const names = options.columns ?? known.names.filter((name) => !pairs.some(([, key]) => key === name));
  const isInner = how === 'inner' && found.includes(-1);
  const rows = isInner ? Int32Array.from(found.keys()).filter((row) => found[row] >= 0) : undefined;
  const kept = rows ? takeFrame('lookup', frame, rows) : frame;
  const places = rows ? Int32Array.from(rows, (row) => found[row]) : found;
  const added = names.map((name) => {
    const to = `${prefix}${name}`;
    if (open.names.includes(to)) {
      throw invalid(
        `lookup: the group has a column '${to}' already; choose columns: [...], or a prefix for the new ones`,
      );
    }
    return [to, known.column(name, places, isTable(frame))] as const;
  });
  return withColumns('lookup', kept, added, kept === frame ? open : undefined) as Joined<F, T, O>;
}

/** Returns the names of the keys, in the frame and in the table. */
function pairsOf(on: LookupOptions['on']): (readonly [inFrame: string, inTable: string])[] {
  if (typeof on === 'string') return [[on, on]];
  if (Array.isArray(on)) return on.map((name: string) => [name, name] as const);
  // The rules refuse undefined as a name.
  return Object.entries(on as { readonly [name: string]: string });
}
