/**
 * The job of the benchmark whose rows do not fit: `node spilled.js folder out`. jobs/spilled.py does it with
 * dask.
 */
import { applyParallel, groupby, scan } from 'apply-parallel';

interface Rows {
  readonly key: Int32Array;
  readonly x0: Float64Array;
  readonly x1: Float64Array;
}

function summary({ key, x0, x1 }: Rows) {
  const n = x0.length;
  let [x, y] = [0, 0];
  for (let i = 0; i < n; i++) {
    x += x0[i];
    y += x1[i];
  }
  let [squares, products] = [0, 0];
  for (let i = 0; i < n; i++) {
    squares += (x0[i] - x / n) ** 2;
    products += (x0[i] - x / n) * (x1[i] - y / n);
  }
  return { key: key[0], rows: n, mean: x / n, std: Math.sqrt(squares / (n - 1)), slope: products / squares };
}

const ROW_BYTES = 96;

const [folder, path] = process.argv.slice(2);
const rows = await scan(folder);
await applyParallel(groupby(rows, 'key'), summary as never, {
  input: 'columns',
  memoryLimit: Math.round(((rows.numRows ?? 0) * ROW_BYTES) / 3),
  to: { path, ifExists: 'replace' },
});
