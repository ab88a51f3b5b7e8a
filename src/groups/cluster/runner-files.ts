import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Artifact } from '../../cluster/inside.js';
import { packageHome, requirePackageHome } from '../../util/index.js';

/** The files that every call needs on the executors, and their names there. */
export interface RunnerFiles {
  /** The Python module. */
  readonly glue: string;
  /** The runner, compressed. */
  readonly runner: string;
  readonly artifacts: readonly Artifact[];
}

let loading: Promise<RunnerFiles> | undefined;

/** Reads the runner and the glue. Their names have a hash: another version is another file. */
export function runnerFiles(): Promise<RunnerFiles> {
  requirePackageHome('its files for the executors cannot be found', '');
  loading ??= load();
  return loading;
}

async function load(): Promise<RunnerFiles> {
  const [glue, runner] = await Promise.all(['cluster-glue.py', 'cluster-bundle.js.gz'].map(readOwn));
  const module = `apply_parallel_${hashOf(glue)}`;
  const file = `apply_parallel_${hashOf(runner)}.mjs.gz`;
  return {
    glue: module,
    runner: file,
    artifacts: [
      { name: `pyfiles/${module}.py`, bytes: glue },
      { name: `files/${file}`, bytes: runner },
    ],
  };
}

const readOwn = (name: string): Promise<Uint8Array> => readFile(new URL(name, packageHome));

export const hashOf = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 16);
