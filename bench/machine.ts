/** Where the numbers come from: the machine and the versions, and nothing that names either. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { pythonPath } from './process.js';

export interface Machine {
  cores: number;
  memoryGB: number;
  cpu: string;
  system: string;
  versions: Record<string, string>;
}

const require = createRequire(import.meta.url);
const nodePackages = ['apache-arrow', 'piscina', 'danfojs-node', 'nodejs-polars'];
const pythonPackages = ['pandas', 'joblib', 'pyarrow', 'numpy', 'pandarallel'];

export function machine(): Machine {
  const own = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return {
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 2 ** 30),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    system: `${platform()} ${arch()}`,
    versions: {
      [own.name]: own.version,
      node: process.versions.node,
      ...Object.fromEntries(nodePackages.map((name) => [name, packageVersion(name)])),
      ...pythonVersions(),
    },
  };
}

/** Read from package.json beside the package's entry, as `exports` may hide it. */
function packageVersion(name: string): string {
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version;
    } catch {
      // Not in this folder; the next one up.
    }
  }
  return 'missing';
}

function pythonVersions(): Record<string, string> {
  const script = `import json, platform
from importlib.metadata import PackageNotFoundError, version
def found(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return 'missing'
print(json.dumps({'python': platform.python_version(), **{n: found(n) for n in ${JSON.stringify(pythonPackages)}}}))`;
  const { status, stdout } = spawnSync(pythonPath, ['-c', script], { encoding: 'utf8' });
  return status === 0 ? JSON.parse(stdout) : { python: 'missing' };
}
