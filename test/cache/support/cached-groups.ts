import { readdirSync } from 'node:fs';
import { Table, vectorFromArray } from 'apache-arrow';
import { type ApplyOptions, applyParallel, groupby, type Report } from 'apply-parallel';
import { location, memory } from './fresh-memory.js';

export const packs = () =>
  readdirSync(location, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dump'));

export const sales = (groups: number, edit?: { row: number; x: number }, rowsEach = 7) => {
  const rows = groups * rowsEach;
  const x = Float64Array.from({ length: rows }, (_, i) => i / 3);
  if (edit) x[edit.row] = edit.x;
  const shop = Array.from({ length: rows }, (_, i) => `shop ${i % groups}`);
  const note = Array.from({ length: rows }, (_, i) => (i % 5 ? `note ${i}` : null));
  return new Table({ shop: vectorFromArray(shop), x: vectorFromArray(x), note: vectorFromArray(note) });
};

export type Fn = (group: never, context: never) => unknown;

/** Returns the result, and how many groups came from the cache. */
export async function run(
  table: Table,
  fn: Fn,
  options: ApplyOptions<'columns'> = {},
): Promise<{ out: Table; cached: number }> {
  let cached = -1;
  const report = (r: Report) => {
    cached = r.cached;
  };
  const out = await applyParallel(
    groupby(table, 'shop'),
    fn as (group: object) => object,
    {
      input: 'columns',
      cache: memory,
      report,
      ...options,
    } as unknown as ApplyOptions,
  );
  return { out: out as Table, cached };
}

export const plain = (table: Table, fn: Fn) =>
  applyParallel(
    groupby(table, 'shop'),
    fn as (group: object) => object,
    { input: 'columns', nJobs: 1 } as unknown as ApplyOptions,
  ) as Promise<Table>;

export interface Shop {
  shop: { get(row: number): string };
  x: Float64Array;
}

export const share = (g: Shop) => {
  const sum = g.x.reduce((a, b) => a + b, 0);
  return { ...g, share: g.x.map((x) => x / sum) };
};
