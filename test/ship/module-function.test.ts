import assert from 'node:assert/strict';
import { relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { moduleFunction, partial, receive, ship } from '#dist/ship/index.js';
import { roundTrip } from './support/round-trip.mjs';

const url = new URL('./support/helpers.mjs', import.meta.url);

test('by URL, absolute and relative path; here and in a worker', async () => {
  const path = fileURLToPath(url);
  for (const where of [url, url.href, path, relative(process.cwd(), path)]) {
    const times = moduleFunction<[number], number>(where, 'times');
    assert.equal(times.name, 'times');
    assert.equal(await times(4), 40);
    assert.equal(await roundTrip(times, 4), 40);
  }
});

test('the default export is the default', async () => {
  assert.equal(await roundTrip(moduleFunction<[], string>(url)), 'preset');
});

test('CommonJS modules', async () => {
  const cjs = new URL('./support/helpers.cjs', import.meta.url);
  assert.equal(await roundTrip(moduleFunction<[number], number>(cjs, 'times'), 4), 40);
});

test('keeps state of its own', async () => {
  assert.equal(await roundTrip(moduleFunction<[], boolean>(url, 'counted')), true);
});

test('partial of a module function', async () => {
  const text = `export default (x, { rate }) => x * rate`;
  const scaled = partial(
    moduleFunction<[number, { rate: number }], number>(`data:text/javascript,${encodeURIComponent(text)}`),
    { rate: 3 },
  );
  assert.equal(await scaled(2), 6);
  assert.equal(await roundTrip(scaled, 2), 6);
});

test('what cannot be found is refused early', async () => {
  assert.throws(() => moduleFunction('./nowhere.js'), {
    code: 'ERR_INVALID_OPTION',
    message: /no such file: .*nowhere\.js\. Relative paths start at the current directory/,
  });
  assert.throws(() => moduleFunction(import.meta.dirname), {
    code: 'ERR_INVALID_OPTION',
    message: /not a file/,
  });
  assert.throws(() => moduleFunction('https://example.com/a.js'), { code: 'ERR_INVALID_OPTION' });
  assert.throws(() => moduleFunction(url, ''), { code: 'ERR_INVALID_OPTION' });
  const missing = moduleFunction(url, 'nothing');
  await assert.rejects(missing(), {
    code: 'ERR_UNSHIPPABLE',
    message: /exports no function named nothing \(it exports: .*times/,
  });
  await assert.rejects(receive(ship(missing)), { code: 'ERR_UNSHIPPABLE', message: /nothing/ });
});
