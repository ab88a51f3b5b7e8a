/**
 * How one does it in Node by hand: a Map of groups, one Piscina task for each, rows as objects through
 * structured clone.
 */
import { availableParallelism } from 'node:os';
import type { Table } from 'apache-arrow';
import { Piscina } from 'piscina';
import { plainColumns } from '../columns.js';
import type { Peer } from '../types.js';

type Row = Record<string, unknown>;

export const naive: Peer = async ({ keys, naive: name }, table) => {
  const rows = toRows(table);
  const pool = new Piscina({
    filename: new URL('./naive-worker.js', import.meta.url).href,
    maxThreads: availableParallelism(),
    minThreads: availableParallelism(),
    execArgv: [],
  });
  return {
    async run() {
      const groups = groupRows(rows, keys);
      const results: Row[][] = await Promise.all(groups.map((group) => pool.run({ name, rows: group })));
      return results.filter((result) => result.length > 0).flat();
    },
    columns(result) {
      const made = result as Row[];
      return Object.fromEntries(
        Object.keys(made[0]).map((column) => [column, made.map((row) => row[column])]),
      );
    },
  };
};

function toRows(table: Table): Row[] {
  const columns = Object.entries(plainColumns(table));
  return Array.from({ length: table.numRows }, (_, i) => {
    const row: Row = {};
    for (const [name, cells] of columns) row[name] = cells[i];
    return row;
  });
}

/** The groups by ascending key. */
function groupRows(rows: Row[], keys: string[]): Row[][] {
  const groups = new Map<unknown, Row[]>();
  for (const row of rows) {
    const key = keys.length === 1 ? row[keys[0]] : keys.map((name) => row[name]).join('\0');
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups].sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1)).map(([, group]) => group);
}
