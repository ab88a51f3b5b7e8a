// npm test: every test/**/*.test.ts in Node's own test runner, then the type tests.
//   node scripts/test.js progress examples      only the files whose path contains one of these words, no type tests
//   node scripts/test.js --fast                 without the slow ones, for work in between: under a minute on two cores
//   node scripts/test.js --times                also prints which files took longest
//   node scripts/test.js --test-name-pattern=x  other options go to Node
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `--fast` leaves out these folders, and the files whose first line is this. */
const SLOW_FOLDERS = ['faults', 'docs', 'e2e', 'oracle'].map((folder) => join('test', folder, '/'));
const SLOW_FILE = '// slow: npm run test:fast leaves this file out\n';

/**
 * With `--fast`, the files of one of these folders run in one process: starting one a file takes most of
 * their time.
 */
const JOINED_FOLDERS =
  'arrow calls combine files frame groups options persist progress run split util values'.split(' ');

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
const ours = new Set(['--fast', '--times']);
const options = args.filter((arg) => arg.startsWith('-') && !ours.has(arg));
const words = args.filter((arg) => !arg.startsWith('-'));

const files = readdirSync(join(root, 'test'), { recursive: true })
  .map((path) => join('test', path))
  .filter((path) => path.endsWith('.test.ts'))
  .filter((path) => !args.includes('--fast') || !isSlow(path))
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
  .sort();
if (files.length === 0) {
  console.error(words.length > 0 ? `No test file matches ${words.join(' ')}` : 'There are no test files');
  process.exit(1);
}

// The tests start workers of their own: more files at a time than cores would only make them wait for each other.
const concurrency = Math.min(availableParallelism(), 4);
const reporters = ['spec', ...(args.includes('--times') ? [join(root, 'scripts', 'slowest-files.js')] : [])];
runNode([
  '--import',
  'tsx',
  '--test',
  ...reporters.flatMap((reporter) => [`--test-reporter=${reporter}`, '--test-reporter-destination=stdout']),
  `--test-concurrency=${concurrency}`,
  ...options,
  ...(args.includes('--fast') ? joined(files) : files),
]);

if (args.length === 0) {
  runNode([join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json']);
  console.log('Type tests passed');
}

/** Replaces the files of each joined folder by one file that imports them. */
function joined(paths) {
  const target = join('.cache', 'fast');
  rmSync(join(root, target), { recursive: true, force: true });
  mkdirSync(join(root, target), { recursive: true });
  const rest = new Set(paths);
  const joiners = JOINED_FOLDERS.flatMap((folder) => {
    const own = paths.filter((path) => path.startsWith(join('test', folder, '/')));
    if (own.length === 0) return [];
    for (const path of own) rest.delete(path);
    const joiner = join(target, `${folder}.test.ts`);
    const imports = own.map(
      (path) => `import ${JSON.stringify(join('..', '..', path).replaceAll('\\', '/'))};\n`,
    );
    writeFileSync(join(root, joiner), imports.join(''));
    return joiner;
  });
  return [...joiners, ...rest];
}

function isSlow(path) {
  if (SLOW_FOLDERS.some((folder) => path.startsWith(folder))) return true;
  return readFileSync(join(root, path), 'utf8').startsWith(SLOW_FILE);
}

function runNode(nodeArgs) {
  const { status, error } = spawnSync(process.execPath, nodeArgs, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
