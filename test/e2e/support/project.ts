import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const root = join(import.meta.dirname, '..', '..', '..');
const env = { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined };

export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A project in a folder of its own, with the package as npm packs it; what that depends on is linked from
 * here.
 */
export interface Project {
  readonly path: string;
  write(name: string, text: string): Promise<void>;
  /** Runs a Node program that must end by itself. */
  node(...args: string[]): Promise<Output>;
  /** Does so with another Node. */
  nodeOf(path: string, ...args: string[]): Promise<Output>;
  remove(): Promise<void>;
}

export async function createProject(): Promise<Project> {
  const path = await mkdtemp(join(tmpdir(), 'apply-parallel-e2e-'));
  const modules = join(path, 'node_modules');
  const pack = ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', path];
  const { stdout } = await run('npm', pack, { cwd: root, env });
  await mkdir(join(modules, 'apply-parallel'), { recursive: true });
  await run('tar', [
    '-xzf',
    join(path, stdout.trim()),
    '-C',
    join(modules, 'apply-parallel'),
    '--strip-components=1',
  ]);

  const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    dependencies: object;
  };
  for (const name of [...Object.keys(dependencies), 'danfojs-node', 'tsx', '@types/node', 'undici-types']) {
    const link = join(modules, name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, 'node_modules', name), link, 'junction');
  }
  const write = (name: string, text: string) => writeFile(join(path, name), text);
  await write('package.json', '{ "private": true }');

  const nodeOf = async (program: string, ...args: string[]): Promise<Output> => {
    // The limit is the watchdog.
    const options = { cwd: path, env, timeout: 60_000, killSignal: 'SIGKILL' } as const;
    try {
      return { code: 0, ...(await run(program, args, options)) };
    } catch (error) {
      return error as Output;
    }
  };
  return {
    path,
    write,
    node: (...args) => nodeOf(process.execPath, ...args),
    nodeOf,
    remove: () => rm(path, { recursive: true }),
  };
}
