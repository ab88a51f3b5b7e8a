// Runs the flights job of the benchmark in pandas and joblib, where a Python with both is there, for `npm
// start`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const venv = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python';
const pythons = [process.env.APPLY_PARALLEL_PYTHON, join(root, 'bench/.venv', venv), 'python3', 'python'];
const VERSION = `
from importlib.metadata import version
version('joblib'), version('pyarrow')
print(version('pandas'), end='')
`;

/**
 * Finds the first Python that has pandas, joblib and pyarrow.
 *
 * @returns {{ python: string, pandas: string } | undefined}
 */
export function findPython() {
  for (const python of pythons) {
    if (!python) continue;
    const { status, stdout } = spawnSync(python, ['-c', VERSION], { encoding: 'utf8' });
    if (status === 0) return { python, pandas: stdout };
  }
  return undefined;
}

/**
 * Times the whole program.
 *
 * @param {(command: string, args: string[]) => Promise<{ code: number }>} run
 * @returns {Promise<number | undefined>} seconds; undefined if it failed
 */
export async function timePython({ python }, run) {
  const data = join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '../data');
  const folder = mkdtempSync(join(tmpdir(), 'apply-parallel-'));
  const files = [join(data, 'flights-3m.parquet'), join(data, 'airports.csv'), join(folder, 'out.parquet')];
  const job = join(root, 'bench/jobs/flights.py');
  try {
    const begun = performance.now();
    const { code } = await run(python, [job, ...files, String(availableParallelism())]);
    return code === 0 ? (performance.now() - begun) / 1000 : undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
