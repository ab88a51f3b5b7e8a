import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { expiresAfter } from 'apply-parallel';
import { memory } from './support/fresh-memory.js';

let runs: number;
beforeEach(() => {
  runs = 0;
});

describe('expiresAfter', () => {
  it('computes results again that are too old', async () => {
    const fn = () => {
      runs++;
      return runs;
    };
    const cached = memory.cache(fn, { cacheValidationCallback: expiresAfter({ hours: 1 }) });
    assert.deepEqual([await cached(), await cached()], [1, 1]);
    assert.equal(await cached.checkCallInCache(), true);
    const atOnce = memory.cache(fn, { cacheValidationCallback: expiresAfter({ milliseconds: 0 }) });
    assert.equal(await atOnce.checkCallInCache(), false);
    assert.equal(await atOnce(), 2);
    assert.equal(await cached(), 2);
  });

  it('is a callback like any other, which sees what is known of the result', async () => {
    const seen: unknown[] = [];
    const cached = memory.cache(
      function area(a: number, b: string) {
        return a + b;
      },
      {
        cacheValidationCallback: (metadata) => {
          seen.push(metadata);
          return true;
        },
      },
    );
    const before = Date.now();
    await cached(2, 'x');
    await cached(2, 'x');
    const [{ time, duration, ...rest }] = seen as [{ time: number; duration: number }];
    assert.ok(time >= before && time <= Date.now() && duration >= 0);
    assert.deepEqual(rest, { function: 'area', inputArgs: ['2', "'x'"] });
  });

  it('refuses units there are not', () => {
    assert.throws(() => expiresAfter({ day: 1 } as never), {
      code: 'ERR_INVALID_OPTION',
      message: /got day: 1/,
    });
    assert.throws(() => expiresAfter({ days: -1 }), { code: 'ERR_INVALID_OPTION' });
    assert.throws(() => expiresAfter({}), { code: 'ERR_INVALID_OPTION', message: /got \{\}/ });
    assert.throws(() => expiresAfter(5 as never), { code: 'ERR_INVALID_OPTION' });
  });
});
