/**
 * What is compared between peers, in place of the results themselves. Python computes the same in
 * python_peer.py.
 */
export interface Checksum {
  rows: number;
  columns: Record<string, ColumnSum>;
}

export interface ColumnSum {
  /** Missing values: null or NaN, which pandas does not tell apart. */
  nulls: number;
  /** Of numbers and booleans; null for anything else. */
  numbers: NumberSum | null;
}

interface NumberSum {
  sum: number;
  /**
   * Sum of absolute values: the scale on which `sum` is compared, as standardised columns add up to nothing
   * but noise.
   */
  abs: number;
  /** Sum of value × weight of its row, which tells whether the rows stand in the same order. */
  weighted: number;
}

const weightPeriod = 997;
const tolerance = 1e-9;

export function checksum(columns: Record<string, Iterable<unknown>>): Checksum {
  const result: Checksum = { rows: 0, columns: {} };
  for (const [name, column] of Object.entries(columns)) {
    const { rows, ...sums } = sumColumn(column);
    result.rows = rows;
    result.columns[name] = sums;
  }
  return result;
}

function sumColumn(column: Iterable<unknown>): ColumnSum & { rows: number } {
  let rows = 0;
  let nulls = 0;
  let sum = 0;
  let abs = 0;
  let weighted = 0;
  let numeric = true;
  for (const cell of column) {
    const weight = (rows++ % weightPeriod) + 1;
    if (cell === null || cell === undefined || Number.isNaN(cell)) nulls++;
    else if (typeof cell === 'number' || typeof cell === 'bigint' || typeof cell === 'boolean') {
      const value = Number(cell);
      sum += value;
      abs += Math.abs(value);
      weighted += value * weight;
    } else numeric = false;
  }
  return { rows, nulls, numbers: numeric ? { sum, abs, weighted } : null };
}

/** The first difference between two results in words; undefined when they agree. */
export function difference(expected: Checksum, actual: Checksum): string | undefined {
  if (actual.rows !== expected.rows) return `${actual.rows} rows, not ${expected.rows}`;
  const names = [...new Set([...Object.keys(expected.columns), ...Object.keys(actual.columns)])];
  for (const name of names) {
    const was = expected.columns[name];
    const is = actual.columns[name];
    if (!was || !is) return `column ${name} is only on one side`;
    if (is.nulls !== was.nulls) return `column ${name}: ${is.nulls} nulls, not ${was.nulls}`;
    // A time is a number to some peers and no number to others; only what both sides see as numbers is
    // compared.
    if (!was.numbers || !is.numbers) continue;
    const { abs } = was.numbers;
    for (const [key, scale] of [
      ['sum', abs],
      ['abs', abs],
      ['weighted', abs * weightPeriod],
    ] as const) {
      const off = Math.abs(is.numbers[key] - was.numbers[key]);
      if (off > tolerance * Math.max(scale, 1e-300)) {
        return `column ${name}: ${key} ${is.numbers[key]}, not ${was.numbers[key]}`;
      }
    }
  }
  return undefined;
}
