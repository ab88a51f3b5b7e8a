// npm test: every test/**/*.test.ts in Node's own test runner, then the type tests.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { compiledPath, compiledRoot, compileTests, replaceFile } from './compile-tests.js';
import { killAll, markRun, runProcesses } from './run-processes.js';

/** `--fast` leaves out these folders, and the files that begin with a comment like this. */
const SLOW_FOLDERS = ['faults', 'docs', 'e2e', 'oracle'];
const SLOW_FILE = '// slow: ';

/**
 * The files of a folder share processes, since starting one for each takes most of their time. In these
 * folders, and if it begins with a comment like this, a file has a process of its own.
 */
const ALONE_FOLDERS = ['faults', 'docs', 'e2e', 'oracle', join('cluster', 'real'), join('run', 'processes')];
const ALONE_FILE = '// alone: ';
const FILES_PER_PROCESS = 10;
/** How long processes may take to end after the last test. */
const LAST_MS = 10_000;

const USAGE = `Usage: node scripts/test.js [WORD ...] [options]

Runs the test files with such a word in their path; all without any, and then the type tests.

  --fast            without the slow ones: under a minute on two cores
  --times           also prints which files took longest
  --minutes=5       ends a run in which nothing happens for 5 minutes, not 15

Other options go to Node: --test-name-pattern=text`;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) {
  console.log(USAGE);
  process.exit(0);
}
const isOurs = (arg) => ['--fast', '--times'].includes(arg) || arg.startsWith('--minutes=');
const options = args.filter((arg) => arg.startsWith('-') && !isOurs(arg));
const minutes = args.find((arg) => arg.startsWith('--minutes='))?.slice('--minutes='.length) ?? '15';
const words = args.filter((arg) => !arg.startsWith('-'));

const files = readdirSync(join(root, 'test'), { recursive: true })
  .map((path) => join('test', path))
  .filter((path) => path.endsWith('.test.ts'))
  .filter((path) => !args.includes('--fast') || !(isIn(SLOW_FOLDERS, path) || begins(path, SLOW_FILE)))
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
  .sort();
if (files.length === 0) {
  console.error(words.length > 0 ? `No test file matches ${words.join(' ')}` : 'There are no test files');
  process.exit(1);
}

await compileTests(files);
markRun(minutes, {
  // Options such as --test-name-pattern leave files without tests.
  empty: options.length === 0,
  times: args.includes('--times'),
});
// The tests start workers of their own: more files at a time than cores would only make them wait for each
// other.
const concurrency = Math.min(availableParallelism(), 4);
const status = runNode([
  '--enable-source-maps',
  '--test',
  ...['spec', join(root, 'scripts', 'watchers.js')].flatMap((reporter) => [
    `--test-reporter=${reporter}`,
    '--test-reporter-destination=stdout',
  ]),
  `--test-concurrency=${concurrency}`,
  ...options,
  ...(words.length > 0 ? files.map(compiledPath) : joined(files)),
]);

const left = await whatRunsOn();
if (left.length > 0) console.error(`\n✖ The tests have left running what they started:\n${killAll(left)}`);
if (status !== 0 || left.length > 0) process.exit(status || 1);

if (args.length === 0) {
  const typeStatus = runNode([join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json']);
  if (typeStatus !== 0) process.exit(typeStatus);
  console.log('Type tests passed');
}

/** Returns one file for each process: a test, or what imports the tests that share the process. */
function joined(paths) {
  const alone = paths.filter((path) => isIn(ALONE_FOLDERS, path) || begins(path, ALONE_FILE));
  return [...alone.map(compiledPath), ...joiners(paths.filter((path) => !alone.includes(path)))];
}

function joiners(paths) {
  const folder = join(compiledRoot, args.includes('--fast') ? 'joined-fast' : 'joined');
  const named = new Map();
  for (const path of paths) {
    const parts = path.split(sep);
    const name = parts.length > 2 ? parts[1] : 'package';
    named.set(name, [...(named.get(name) ?? []), path]);
  }
  return [...named].flatMap(([name, own]) => {
    const count = Math.ceil(own.length / FILES_PER_PROCESS);
    return Array.from({ length: count }, (_, index) => {
      const file = join(folder, `${name}${count > 1 ? `-${index + 1}` : ''}.test.js`);
      const imports = own
        .slice(Math.floor((index * own.length) / count), Math.floor(((index + 1) * own.length) / count))
        .map((path) => relative(folder, compiledPath(path)).replaceAll('\\', '/'));
      replaceFile(file, imports.map((path) => `import ${JSON.stringify(path)};\n`).join(''));
      return file;
    });
  });
}

/** Returns the processes that tests have started and that do not end by themselves soon. */
async function whatRunsOn() {
  const end = Date.now() + LAST_MS;
  while (runProcesses().length > 0 && Date.now() < end) await sleep(100);
  return runProcesses();
}

function isIn(folders, path) {
  return folders.some((folder) => path.startsWith(join('test', folder, '/')));
}

/** Tells whether one of the comments that a file begins with begins like this. */
function begins(path, comment) {
  const [head] = readFileSync(join(root, path), 'utf8').split(/^(?!\/\/ )/m, 1);
  return head.split('\n').some((line) => line.startsWith(comment));
}

/** Runs Node, and returns its exit code. */
function runNode(nodeArgs) {
  const { status, error } = spawnSync(process.execPath, nodeArgs, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  return status ?? 1;
}
