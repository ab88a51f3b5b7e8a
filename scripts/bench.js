/**
 * `npm run bench`: everything the benchmark needs from a fresh clone (but for its optional peers), then the
 * benchmark.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { benchArguments } from './bench-arguments.js';

// Mistakes and --help end it before the build.
benchArguments();

const root = fileURLToPath(new URL('..', import.meta.url));

if (!existsSync(new URL('../node_modules', import.meta.url))) run('npm', ['ci']);
run('npm', ['run', '--silent', 'build']);
run('node', ['--expose-gc', '--import', 'tsx', 'bench/main.ts', ...process.argv.slice(2)]);

function run(command, args) {
  // npm and npx are .cmd files on Windows.
  const windowsScript = process.platform === 'win32' && command !== 'node';
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: windowsScript });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
