/**
 * The job of the benchmark whose rows do not fit: `node spilled.js folder out`. jobs/spilled.py does it with
 * dask.
 */
import { applyParallel, groupby, scan } from 'apply-parallel';
import { summary } from '../spill/summary.js';

const ROW_BYTES = 96;

const [folder, path] = process.argv.slice(2);
const rows = await scan(folder);
await applyParallel(groupby(rows, 'key'), summary as never, {
  input: 'columns',
  memoryLimit: Math.round(((rows.numRows ?? 0) * ROW_BYTES) / 3),
  to: { path, ifExists: 'replace' },
});
