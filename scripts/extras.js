// node scripts/extras.js: packages that only some tests want, and that package-lock.json cannot hold, into .extras/, which git
// ignores. A test that misses one is skipped and says so; APPLY_PARALLEL_ALL=1 makes that a failure.
//   node scripts/extras.js polars      only the sets named
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

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in sets));
if (unknown.length > 0) {
  console.error(`No such set: ${unknown.join(', ')}; there are ${Object.keys(sets).join(', ')}`);
  process.exit(1);
}
install((names.length > 0 ? names : Object.keys(sets)).flatMap((name) => sets[name]));

function install(packages) {
  const nameOf = (spec) => spec.slice(0, spec.lastIndexOf('@'));
  const missing = packages.filter((spec) => !existsSync(join(folder, 'node_modules', nameOf(spec))));
  if (missing.length === 0) return;
  mkdirSync(folder, { recursive: true });
  const options = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', ['install', '--prefix', folder, ...options, ...packages], {
    cwd: folder,
    stdio: 'inherit',
    shell: windows,
  });
  if (status !== 0) process.exit(status ?? 1);
}

function platformName() {
  if (process.platform === 'darwin') return `darwin-${process.arch}`;
  if (windows) return `win32-${process.arch}-msvc`;
  const glibc = process.report.getReport().header.glibcVersionRuntime;
  return `${process.platform}-${process.arch}-${glibc ? 'gnu' : 'musl'}`;
}
