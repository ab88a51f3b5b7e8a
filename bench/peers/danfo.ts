/** danfojs' own df.groupby([...]).apply(fn), in one thread. */
import { createRequire } from 'node:module';
import type { Table } from 'apache-arrow';
import type { DataFrame } from 'danfojs-node';
import { plainColumns } from '../columns.js';
import type { Group, Peer } from '../types.js';

const require = createRequire(import.meta.url);

export const danfo: Peer = async (benchCase, table) => {
  const frame = await danfoFrame(table);
  const fn = benchCase.danfo as (group: Group) => DataFrame;
  return {
    run: () => frame.groupby(benchCase.keys).apply(fn as never),
    columns: (result) => {
      const columns = danfoColumns(result);
      // apply() puts the keys in front a second time.
      for (const key of benchCase.keys) delete columns[`${key}_Group`];
      return columns;
    },
  };
};

/** The table as a danfojs DataFrame. danfojs is loaded here and not above, as it takes more than a second. */
export async function danfoFrame(table: Table): Promise<DataFrame> {
  const danfojs: typeof import('danfojs-node') = require('danfojs-node');
  return new danfojs.DataFrame(plainColumns(table));
}

export function danfoColumns(result: unknown): Record<string, unknown[]> {
  const frame = result as DataFrame;
  const rows = frame.values as unknown[][];
  return Object.fromEntries(frame.columns.map((name, i) => [name, rows.map((row) => row[i])]));
}
