// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partial, ship } from '#dist/ship/index.js';

const MB = 1024 * 1024;

interface Warning extends Error {
  readonly code?: string;
  readonly detail?: string;
}

/** The warnings of a capture. They come a tick later. */
async function warningsOf(...functions: ((...args: never[]) => unknown)[]): Promise<Warning[]> {
  const warnings: Warning[] = [];
  const listen = (warning: Warning): void => {
    if (warning.code === 'APPLY_PARALLEL_LARGE_CAPTURE') warnings.push(warning);
  };
  process.on('warning', listen);
  for (const fn of functions) ship(fn);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', listen);
  return warnings;
}

test('a large capture warns once, by the name of the variable and its size', async () => {
  const weights = new Float64Array((80 * MB) / 8);
  const small = new Float64Array(10);
  const predict = () => weights[0] + small[0];
  const [warning, ...more] = await warningsOf(predict, predict);
  assert.equal(more.length, 0);
  assert.match(warning.message, /takes 80 MB along.*: predict -> weights \(80 MB\)\.$/);
  assert.doesNotMatch(warning.message, /small/);
  assert.match(warning.detail ?? '', /partial\(fn, .*shareTable/);
});

test('what is bound is named too, and text counts', async () => {
  const page = 'x'.repeat(1000);
  const pages = Array.from({ length: 80_000 }, (_, index) => page + index);
  const scan = partial((_: unknown, bound: { pages: string[] }) => bound.pages.length, { pages });
  const [warning] = await warningsOf(scan);
  assert.match(warning.message, /scan.*\(bound\)\.pages|\(bound\)\.pages \(\d+ MB\)/);
});

test('objects that are taken apart count', async () => {
  class Row {
    constructor(
      readonly a = 1,
      readonly b = 2,
      readonly c = 3,
      readonly d = 4,
      readonly e = 5,
      readonly f = 6,
    ) {}
  }
  const rows = Array.from({ length: 300_000 }, () => new Row());
  const [warning] = await warningsOf(() => rows.length);
  assert.match(warning.message, /-> rows \(\d+ MB\)/);
});

test('what is shared does not', async () => {
  const shared = new Float64Array(new SharedArrayBuffer(80 * MB));
  assert.deepEqual(await warningsOf(() => shared[0]), []);
  const below = new Uint8Array(60 * MB);
  assert.deepEqual(await warningsOf(() => below[0]), []);
});
