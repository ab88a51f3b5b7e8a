// slow: npm run test:fast leaves this file out
// alone: it runs programs, of which each takes longer than a test process

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import inspector from 'node:inspector';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ship } from '#dist/ship/index.js';
import { otherNode } from '../../scripts/extras.js';

const run = promisify(execFile);
const support = (file: string): string => fileURLToPath(new URL(`./support/${file}`, import.meta.url));

test("under Node's permission model: partial and moduleFunction work, closures are refused", async () => {
  const flags = ['--experimental-permission', '--allow-fs-read=*', '--allow-worker', '--no-warnings'];
  const { stdout } = await run(process.execPath, [...flags, support('permission.mjs')]);
  const results = JSON.parse(stdout);
  assert.deepEqual([results.free, results.globals, results.partial, results.module], [9, 3, 8, 40]);
  assert.match(
    results.closure,
    /^ERR_UNSHIPPABLE .*closure: it uses helper, rate from the code around it, which cannot be read here/,
  );
  assert.match(
    results.closure,
    /Node's permission model blocks the inspector\. Pass such values with partial\(.*moduleFunction\(url\)/,
  );
});

const node24 = otherNode(24);
const skip = node24 ? false : 'Node 24 is not installed: node scripts/extras.js';
test('under the permission model of Node 24 the refusal names the flag with which closures work', {
  skip,
}, async () => {
  const flags = ['--permission', '--allow-fs-read=*', '--allow-worker', '--no-warnings'];
  const closureWith = async (...more: string[]) => {
    const { stdout } = await run(node24 as string, [...flags, ...more, support('permission.mjs')]);
    return JSON.parse(stdout).closure;
  };
  assert.match(await closureWith(), /^ERR_UNSHIPPABLE .* Or start node with --allow-inspector\.$/);
  assert.equal(await closureWith('--allow-inspector'), 10);
});

test("stack traces name the user's file, line and column", async () => {
  const { stdout } = await run(process.execPath, [support('stack.mjs')]);
  const frames = JSON.parse(stdout) as { here: string; there: string }[];
  assert.equal(frames.length, 7);
  for (const { here, there } of frames) {
    assert.match(here, /stack\.mjs:\d+:\d+/);
    assert.equal(there, here);
  }
});

test('notebook cells, as tslab runs them', async () => {
  const { stdout } = await run(process.execPath, [support('notebook.cjs')]);
  assert.deepEqual(JSON.parse(stdout), {
    cells: 12,
    local: 7,
    required: 'a/b',
    imported: 'object',
    reads: [2, 1],
    forms: ['rate', 'rate', 'rate', 'rate', 'rate', 'rate', 'count', 'count'].map(
      (name) => `ERR_UNSHIPPABLE (anonymous function) -> ${name}: it is assigned inside the function`,
    ),
    assigned: 'ERR_UNSHIPPABLE bump -> rate: it is assigned inside the function',
    whole: "ERR_UNSHIPPABLE whole -> exports: the notebook's whole `exports` cannot be copied",
  });
});

test('the inspector is left as it was: no session, no slot, no hold on console arguments', async () => {
  const before = Object.getOwnPropertySymbols(inspector).length;
  const rate = 2;
  ship(() => rate);
  assert.throws(() => ship(() => new Proxy({}, {}) && socket), { code: 'ERR_UNSHIPPABLE' });
  assert.equal(Object.getOwnPropertySymbols(inspector).length, before);
  const { stdout } = await run(process.execPath, ['--expose-gc', support('console-leak.mjs')]);
  assert.equal(stdout.trim().split('\n').at(-1), 'collected');
});
const socket = new WeakMap();

test('a function without free names does not touch the inspector', (context) => {
  const connect = context.mock.method(inspector.Session.prototype, 'connect');
  ship((x: number) => Math.max(x, 1));
  assert.equal(connect.mock.callCount(), 0);
  const rate = 2;
  ship(() => rate);
  assert.equal(connect.mock.callCount(), 1);
});
