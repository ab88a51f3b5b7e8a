import { tableFromArrays } from 'apache-arrow';
import { registerAdapter } from 'apply-parallel';

/** A frame library of three lines. */
export class Grid {
  constructor(names, rows) {
    this.names = names;
    this.rows = rows;
  }
}

registerAdapter({
  kind: 'grid',
  module: import.meta.url,
  matches: (value) => value instanceof Grid,
  toArrow: ({ names, rows }) =>
    tableFromArrays(Object.fromEntries(names.map((name, k) => [name, rows.map((row) => row[k])]))),
  fromArrow: (table) =>
    new Grid(
      table.schema.names,
      Array.from(table, (row) => table.schema.names.map((name) => row[name])),
    ),
});
