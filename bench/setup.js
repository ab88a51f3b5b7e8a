/**
 * `npm run bench:setup`: installs the peers the benchmark compares with, all inside bench/ and ignored by
 * git: the Python environment in .venv, and nodejs-polars in node_modules, where `npm ci` at the root leaves
 * it alone. If there is a C compiler, it compiles peers/split.c to .c/split.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const windows = process.platform === 'win32';
const POLARS = '0.26.1';

setUpPython();
setUpPolars();
compileSplit();
console.log('The benchmark is set up: npm run bench');

function setUpPython() {
  const python = fileURLToPath(
    new URL(`.venv/${windows ? 'Scripts/python.exe' : 'bin/python'}`, import.meta.url),
  );
  if (!existsSync(python)) {
    run(
      windows ? 'python' : 'python3',
      ['-m', 'venv', '.venv'],
      'Python 3.11 or newer with its venv module is needed',
    );
  }
  run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', 'requirements.txt']);
}

/**
 * nodejs-polars asks for Node 22 in the manifest of its platform packages, so that npm on Node 20 leaves them
 * out without a word. They work there; named outright, they are installed.
 */
function setUpPolars() {
  const works = spawnSync('node', ['-e', 'require("nodejs-polars")'], { cwd: here }).status === 0;
  if (works) return;
  const packages = [`nodejs-polars@${POLARS}`, `nodejs-polars-${platformName()}@${POLARS}`];
  run('npm', [
    'install',
    '--prefix',
    here,
    '--no-save',
    '--no-package-lock',
    '--loglevel=error',
    ...packages,
  ]);
}

function compileSplit() {
  mkdirSync(new URL('.c/', import.meta.url), { recursive: true });
  const { status } = spawnSync('cc', ['-O2', '-o', '.c/split', 'peers/split.c'], {
    cwd: here,
    stdio: 'inherit',
  });
  if (status !== 0) console.log('Without the split in C: there is no C compiler named cc.');
}

function platformName() {
  if (process.platform === 'darwin') return `darwin-${process.arch}`;
  if (windows) return `win32-${process.arch}-msvc`;
  const glibc = process.report.getReport().header.glibcVersionRuntime;
  return `${process.platform}-${process.arch}-${glibc ? 'gnu' : 'musl'}`;
}

function run(command, args, hint) {
  const { status } = spawnSync(command, args, {
    cwd: here,
    stdio: 'inherit',
    shell: windows && command === 'npm',
  });
  if (status === 0) return;
  console.error(`${command} ${args.join(' ')} failed.${hint ? ` ${hint}.` : ''}`);
  process.exit(1);
}
