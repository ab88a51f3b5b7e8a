import type { Vector } from 'apache-arrow';
import { scan } from 'apply-parallel';

const TOLERANCE = 1e-9;

/** Compares two Parquet files value by value; returns the first difference in words, undefined for none. */
export async function fileDifference(one: string, other: string): Promise<string | undefined> {
  const [a, b] = await Promise.all([one, other].map(async (path) => (await scan(path)).read()));
  if (a.numRows !== b.numRows) return `${b.numRows} rows, not ${a.numRows}`;
  const names = new Set([...a.schema.names, ...b.schema.names] as string[]);
  for (const name of names) {
    const [x, y] = [a.getChild(name), b.getChild(name)];
    if (!x || !y) return `column ${name} is only on one side`;
    const row = firstDifference(x, y);
    if (row >= 0) return `column ${name}, row ${row}: ${y.get(row)}, not ${x.get(row)}`;
  }
  return undefined;
}

function firstDifference(a: Vector, b: Vector): number {
  const others = b[Symbol.iterator]();
  let row = 0;
  for (const value of a) {
    if (!isEqual(value, others.next().value)) return row;
    row++;
  }
  return -1;
}

/** Numbers are equal within the tolerance; null and NaN, which pandas does not tell apart, are equal. */
function isEqual(a: unknown, b: unknown): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  const [x, y] = [a, b].map((value) => (value === null ? Number.NaN : Number(value)));
  return Object.is(x, y) || x === y || Math.abs(x - y) <= TOLERANCE * Math.max(1, Math.abs(x), Math.abs(y));
}
