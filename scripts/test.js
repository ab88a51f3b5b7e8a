// npm test: every test/**/*.test.ts in Node's own test runner, then the type tests.
//   node scripts/test.js progress examples      only the files whose path contains one of these words, no type tests
//   node scripts/test.js --test-name-pattern=x  options go to Node
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
const options = args.filter((arg) => arg.startsWith('-'));
const words = args.filter((arg) => !arg.startsWith('-'));

const files = readdirSync(join(root, 'test'), { recursive: true })
  .map((path) => join('test', path))
  .filter((path) => path.endsWith('.test.ts'))
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
  .sort();
if (files.length === 0) {
  console.error(words.length > 0 ? `No test file matches ${words.join(' ')}` : 'There are no test files');
  process.exit(1);
}

// The tests start workers of their own: more files at a time than cores would only make them wait for each other.
const concurrency = Math.min(availableParallelism(), 4);
runNode([
  '--import',
  'tsx',
  '--test',
  '--test-reporter=spec',
  `--test-concurrency=${concurrency}`,
  ...options,
  ...files,
]);

if (args.length === 0) {
  runNode([join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json']);
  console.log('Type tests passed');
}

function runNode(nodeArgs) {
  const { status, error } = spawnSync(process.execPath, nodeArgs, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
