// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const head = `import { test } from 'node:test';\n`;
const fine = `${head}test('fine', () => {});\n`;

/** Test files that must fail, by their names. */
const failing = {
  asserts: `${head}import assert from 'node:assert';\ntest('bad', () => assert.equal(1, 2));\n`,
  throws: `${head}test('never runs', () => {});\nthrow new Error('at import');\n`,
  exits: `${head}test('leaves', () => process.exit(0));\ntest('never runs', () => {});\n`,
  'exits-at-import': `${head}test('never runs', () => {});\nprocess.exit(0);\n`,
  rejects: `${head}test('fine', () => {});\nsetTimeout(() => Promise.reject(new Error('unheard')), 50);\n`,
  dies: `${head}test('dies', () => process.kill(process.pid, 'SIGKILL'));\n`,
  hangs: `${head}test('hangs', () => new Promise(() => {}));\n`,
};

it('test files that pass let the run pass', (t) => {
  const { status, output } = run(t, { 'a/one.test.ts': fine, 'a/two.test.ts': `// alone: why\n${fine}` });
  assert.equal(status, 0, output);
});

it('a file that fails, exits, rejects or dies fails its process, and is named', (t) => {
  const files = Object.entries(failing).flatMap(([name, text]) => [
    [`${name}/a.test.ts`, fine],
    [`${name}/joined-${name}.test.ts`, text],
    [`alone/alone-${name}.test.ts`, `// alone: why\n${text}`],
  ]);
  const { status, output } = run(t, Object.fromEntries(files));
  assert.equal(status, 1);
  const failures = output.slice(output.indexOf('failing tests:'));
  for (const name of Object.keys(failing)) {
    assert.match(failures, new RegExp(`joined-${name}\\.test`), output);
    assert.match(failures, new RegExp(`alone-${name}\\.test`), output);
  }
});

it('a file without a test fails the run, and is named', (t) => {
  const { status, output } = run(t, {
    'a/fine.test.ts': fine,
    'a/helped.test.ts': `import { describe } from 'node:test';\nimport { define } from './define.js';\ndescribe('all', define);\n`,
    'a/define.ts': `${head}export const define = () => test('fine', () => {});\n`,
    'a/skipped.test.ts': `${head}test.skip('not now', () => {});\n`,
    'a/skipped-suite.test.ts': `import { describe, it } from 'node:test';\ndescribe('all', { skip: 'why' }, () => it('a', () => {}));\n`,
    'a/loop.test.ts': `${head}for (const name of []) test(name, () => {});\n`,
    'a/suite.test.ts': `import { describe } from 'node:test';\ndescribe('nothing', () => {});\n`,
    'a/alone.test.ts': '// alone: why\nexport {};\n',
  });
  assert.equal(status, 1, output);
  assert.deepEqual(output.match(/\S+ contains no test/g)?.sort(), [
    'test/a/alone.test.ts contains no test',
    'test/a/loop.test.ts contains no test',
    'test/a/suite.test.ts contains no test',
  ]);
});

it('a file that does not compile fails the run, and is named', (t) => {
  const { status, output } = run(t, { 'a/fine.test.ts': fine, 'a/bad.test.ts': 'let = ;\n' });
  assert.equal(status, 1);
  assert.match(output, /a\/bad\.test\.ts:1:/);
});

it('a test that waits forever ends the run, which names it and what it has started', (t) => {
  const waits = `${head}import { spawn } from 'node:child_process';
import { describe, it } from 'node:test';
describe('a suite', () => {
  it('ends', () => {});
  it('waits', () => new Promise(() => spawn('sleep', ['1000'], { stdio: 'inherit', detached: true })));
  it('comes later', () => {});
});
`;
  const { status, output } = run(t, { 'a/one.test.ts': waits }, '--minutes=0.25');
  assert.equal(status, 1);
  assert.match(output, /✖ No test has begun or ended for 0\.25 minutes\./);
  assert.match(output, /^ {2}.*test.a.one\.test\.ts: a suite > waits$/m);
  assert.match(output, /^ {2}\d+ sleep 1000$/m);
});

it('a process that a test leaves running fails the run, and is named', (t) => {
  const leaves = `${head}import { spawn } from 'node:child_process';
test('leaves', () => spawn('sleep', ['1000'], { stdio: 'ignore', detached: true }).unref());
`;
  const { status, output } = run(t, { 'a/leaves.test.ts': leaves });
  assert.equal(status, 1);
  assert.match(output, /left running what they started:\n {2}\d+ sleep 1000\n/);
});

it('no test files are a failure', (t) => {
  const { status, output } = run(t, { 'a/other.ts': fine });
  assert.deepEqual([status, output], [1, 'There are no test files\n']);
});

/** Runs the tests of a repository that has these. */
function run(
  t: TestContext,
  files: Record<string, string>,
  ...options: string[]
): { status: number | null; output: string } {
  const root = mkdtempSync(join(tmpdir(), 'apply-parallel-tests-'));
  t.after(() => rmSync(root, { recursive: true }));
  cpSync(join(repository, 'scripts'), join(root, 'scripts'), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'), 'junction');
  for (const [path, text] of [
    ['package.json', '{ "type": "module" }'],
    ...Object.entries(files).map(([path, text]) => [`test/${path}`, text]),
  ]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  // An option keeps the type tests away.
  const args = [join(root, 'scripts', 'test.js'), '--times', ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: '' },
  });
  return { status, output: stdout + stderr };
}
