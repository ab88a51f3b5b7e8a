// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyParallel, cogroup, filterParallel, groupby, keyFrom, transformParallel } from 'apply-parallel';
import { both, sets, small } from './support/trades-and-quotes.js';

describe('cogroup of data sets, when it cannot', () => {
  it('names the group that is too large', async () => {
    const one = keyFrom('one', () => 'all');
    const grouped = cogroup(groupby(sets.trades, one), groupby(sets.quotes, one));
    await assert.rejects(applyParallel(grouped, both as never, small), {
      code: 'ERR_GROUP_TOO_LARGE',
      key: 'all',
      message: /group 'all' has 27000 rows/,
    });
  });

  it('refuses keys that cannot be compared, by columns at once', async () => {
    const message = /cogroup: keys of type Int32 \('id'\) cannot be compared with keys of type .*Utf8/;
    assert.throws(() => cogroup(groupby(sets.trades, 'id'), groupby(sets.quotes, 'shop')), {
      code: 'ERR_INVALID_OPTION',
      message,
    });
    const text = keyFrom('text', () => 'a');
    await assert.rejects(
      applyParallel(cogroup(groupby(sets.trades, 'id'), groupby(sets.quotes, text)), () => null, small),
      {
        code: 'ERR_INVALID_OPTION',
        message: /cannot be compared/,
      },
    );
    assert.throws(() => cogroup(groupby(sets.trades, ['id', 'shop']), groupby(sets.quotes, 'key')), {
      code: 'ERR_INVALID_OPTION',
      message: /frame 1 is grouped by 1 key, frame 0 by 2 keys/,
    });
  });

  it('is for applyParallel', async () => {
    const grouped = cogroup(groupby(sets.trades, 'id'), groupby(sets.quotes, 'key'));
    for (const verb of [transformParallel, filterParallel]) {
      await assert.rejects(
        (verb as (...args: unknown[]) => Promise<unknown>)(grouped, () => null),
        {
          code: 'ERR_INVALID_OPTION',
          message: /made by cogroup, are for applyParallel/,
        },
      );
    }
  });
});
