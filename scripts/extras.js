// node scripts/extras.js: packages that only some tests want, and that package-lock.json cannot hold, into .extras/, which git
// ignores. A test that misses one is skipped and says so; APPLY_PARALLEL_ALL=1 makes that a failure.
//   node scripts/extras.js polars      only the sets named
//   node scripts/extras.js pyarrow     only when named, as it takes a Python: files this package writes are read by pyarrow
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', '.extras');
const windows = process.platform === 'win32';

// nodejs-polars has a package for each platform, and a lock file with one of them would fail on the others. They ask for Node 22, so npm on
// Node 20 leaves them out without a word; they work there, and named outright they are installed.
const polars = '0.26.1';
const sets = {
  polars: [`nodejs-polars@${polars}`, `nodejs-polars-${platformName()}@${polars}`],
};
const pythonSets = { pyarrow: ['pyarrow==26.0.1'] };

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in sets) && !(name in pythonSets));
if (unknown.length > 0) {
  console.error(
    `No such set: ${unknown.join(', ')}; there are ${Object.keys({ ...sets, ...pythonSets }).join(', ')}`,
  );
  process.exit(1);
}
install((names.length > 0 ? names : Object.keys(sets)).flatMap((name) => sets[name] ?? []));
installPython(names.flatMap((name) => pythonSets[name] ?? []));

function install(packages) {
  const nameOf = (spec) => spec.slice(0, spec.lastIndexOf('@'));
  const missing = packages.filter((spec) => !existsSync(join(folder, 'node_modules', nameOf(spec))));
  if (missing.length === 0) return;
  mkdirSync(folder, { recursive: true });
  const options = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', ['install', '--prefix', folder, ...options, ...packages], windows);
}

function installPython(packages) {
  if (packages.length === 0) return;
  mkdirSync(folder, { recursive: true });
  const python = join(folder, 'venv', windows ? 'Scripts/python.exe' : 'bin/python');
  if (!existsSync(python)) run(windows ? 'python' : 'python3', ['-m', 'venv', 'venv']);
  run(python, ['-m', 'pip', 'install', '--quiet', ...packages]);
}

function run(command, args, shell = false) {
  const { status, error } = spawnSync(command, args, { cwd: folder, stdio: 'inherit', shell });
  if (error) console.error(error.message);
  if (status !== 0) process.exit(status ?? 1);
}

function platformName() {
  if (process.platform === 'darwin') return `darwin-${process.arch}`;
  if (windows) return `win32-${process.arch}-msvc`;
  const glibc = process.report.getReport().header.glibcVersionRuntime;
  return `${process.platform}-${process.arch}-${glibc ? 'gnu' : 'musl'}`;
}
