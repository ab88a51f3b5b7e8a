/**
 * A table larger than memory: rows of 10,000 groups in Parquet files, a function for each group, and a limit
 * of memory. With Python (APPLY_PARALLEL_PYTHON) it makes the files, and runs dask's groupby.apply on them
 * too.
 *
 *   npx tsx bench/spill/main.ts --gigabytes 10 --limit 1GB [--rounds 1] [--without dask]     /proc is needed
 *   npx tsx bench/spill/main.ts --gigabytes 2 --fits        the same rows spilled and in memory, in turns
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '10' },
    limit: { type: 'string', default: '1GB' },
    rounds: { type: 'string', default: '1' },
    folder: { type: 'string' },
    without: { type: 'string', multiple: true, default: [] },
    fits: { type: 'boolean', default: false },
  },
});
const python = process.env.APPLY_PARALLEL_PYTHON ?? 'python3';
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const scratch = mkdtempSync(join(values.folder ?? tmpdir(), 'bench-spill-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const rows = values.folder ? join(values.folder, `rows-${values.gigabytes}`) : join(scratch, 'rows');
if (!existsSync(rows)) run(python, [here('make.py'), rows, values.gigabytes]);
const ours = (limit: string) =>
  run(process.execPath, ['--import', 'tsx', here('ours.ts'), rows, scratch, limit]);

for (let round = 0; round < Number(values.rounds); round++) {
  console.log(`spilled, memoryLimit ${values.limit}:`, ours(values.limit));
  if (values.fits) console.log('in memory:', ours('1000GB'));
  if (!values.without.includes('dask') && !values.fits) {
    // Its processes send all rows through the first one, which takes five times the rows' memory.
    console.log('dask, threads:', run(python, [here('dask_peer.py'), rows, scratch, 'threads']));
  }
}

/** Runs a program and returns the line of JSON that it prints. */
function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stderr}`);
  return stdout.trim();
}
