import type { Table, Vector } from 'apache-arrow';

/** Name -> vector. */
export function arrowColumns(table: Table): Record<string, Vector> {
  return Object.fromEntries(table.schema.fields.map(({ name }, i) => [name, table.getChildAt(i) as Vector]));
}

/** Name -> plain array, 64-bit integers as numbers: what the peers that hold JavaScript values start from. */
export function plainColumns(table: Table): Record<string, unknown[]> {
  const columns: Record<string, unknown[]> = {};
  for (const [name, vector] of Object.entries(arrowColumns(table))) {
    columns[name] = Array.from(vector, (cell) => (typeof cell === 'bigint' ? Number(cell) : cell));
  }
  return columns;
}
