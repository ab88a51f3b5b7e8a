// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prelude, runForJson } from '../support/child.js';

const json = <T>(body: string) => runForJson<T>(prelude + body);

describe('results', { concurrency: 2 }, () => {
  it('may be one and the same object, or typed array, for every group', async () => {
    const got = await json<unknown[]>(`
      const got = [];
      for (const nJobs of [1, 2]) {
        const same = await run(() => (globalThis.one ??= { k: ['s'], v: Float64Array.of(1) }), { nJobs });
        const array = await run(() => { globalThis.array ??= Float64Array.of(1, 2); return { a: globalThis.array, b: globalThis.array }; }, { nJobs });
        const pooled = await run((g, { key }) => { const bytes = Buffer.from(key + key); return { b: new Uint8Array(bytes.buffer, bytes.byteOffset, 2) }; }, { nJobs });
        got.push([[...same.k].join(''), [...same.v], [...array.a], [...array.b], String.fromCharCode(...pooled.b)]);
      }
      print(got);
    `);
    const twice = Array.from({ length: 16 }, (_, i) => 1 + (i % 2));
    const expected = ['ssssssss', new Array(8).fill(1), twice, twice, 'aabbccddeeffgghh'];
    assert.deepEqual(got, [expected, expected]);
  });

  it('may be huge', async () => {
    const got = await json<unknown[]>(`
      const n = 3e6;
      const result = await run((g) => ({ v: new Float64Array(3e6).fill(g.x[0]) }));
      print([result.v.length, result.v[0], result.v[n - 1], result.v[n], result.v[8 * n - 1]]);
    `);
    assert.deepEqual(got, [24e6, 0, 0, 1, 7]);
  });

  it('are all there, whatever the batch size', async () => {
    const got = await json<string[]>(`
      const got = [];
      for (const batchSize of [1, 3, 8, 1000, 2 ** 31 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER, 'auto']) {
        for (const nJobs of [1, 2, 3]) got.push(await outcome(run(sum, { batchSize, nJobs })));
      }
      print(got);
    `);
    assert.deepEqual(got, new Array(24).fill('abcdefgh'));
  });

  it('of onError are frames, too: what is none is an error of the group', async () => {
    const { bad, own } = await json<{ bad: unknown; own: unknown }>(`
      print({
        bad: await outcome(run(() => { throw new Error('x'); }, { onError: () => 7, nJobs: 1 })),
        own: await outcome(run(() => { throw new Error('x'); }, { onError: () => { throw new RangeError('mine'); } })),
      });
    `);
    assert.deepEqual(bad, {
      name: 'GroupError',
      code: 'ERR_BAD_RESULT',
      message:
        "group 'a': onError returned 7, which is no frame; return a table, a DataFrame, an object of columns, rows, one row as in { mean: 3 }, or null",
      key: 'a',
      cause: 'Error: x',
    });
    assert.deepEqual(own, { name: 'RangeError', message: 'mine' });
  });
});
