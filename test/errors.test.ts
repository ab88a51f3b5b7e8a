import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tableFromArrays } from 'apache-arrow';
import { ApplyError, applyParallel, GroupError, groupby } from 'apply-parallel';

const groups = groupby(tableFromArrays({ k: ['a', 'b'], x: [1, 2] }), 'k');

function priceOf(): never {
  throw new RangeError('no price');
}

async function caught(nJobs: number, fn: () => null): Promise<GroupError> {
  try {
    await applyParallel(groups, fn, { nJobs });
  } catch (error) {
    assert.ok(error instanceof GroupError);
    return error;
  }
  return assert.fail('it did not fail');
}

describe('errors', () => {
  it('have names, codes and classes that hold', () => {
    const error = new ApplyError('ERR_ABORTED', 'over', { cause: 5 });
    assert.ok(error instanceof Error);
    assert.deepEqual(
      [error.name, error.code, error.message, error.cause],
      ['ApplyError', 'ERR_ABORTED', 'over', 5],
    );
    const group = new GroupError('ERR_GROUP_FAILED', 'bad', { key: ['a', 1], index: 3 });
    assert.ok(group instanceof ApplyError);
    assert.deepEqual(
      [group.name, group.key, group.index, 'cause' in group],
      ['GroupError', ['a', 1], 3, false],
    );
    assert.equal(String(group), 'GroupError: bad');
    assert.equal(Object.keys(error).includes('name'), false);
  });

  for (const nJobs of [1, 2]) {
    it(`of groups: the user's frames on top, the call's at the end, none of the package's (nJobs ${nJobs})`, async () => {
      const error = await caught(nJobs, () => priceOf());
      const lines = (error.stack ?? '').split('\n');
      assert.match(lines[0], /^GroupError: group '[ab]' failed: RangeError: no price$/);
      assert.match(lines[1], /^\s+at priceOf /);
      assert.ok(
        lines.some((line) => /^\s+at .*caught .*errors\.test\.ts/.test(line)),
        error.stack,
      );
      assert.equal(
        lines.some((line) => line.includes('/dist/')),
        false,
        error.stack,
      );
      assert.ok(error.cause instanceof RangeError);
      assert.match(error.cause.stack ?? '', /^RangeError: no price\n\s+at priceOf /);
    });

    it(`of groups name the class, whatever is odd about the error (nJobs ${nJobs})`, async () => {
      class PriceError extends Error {}
      const odd = await caught(nJobs, () => {
        throw new PriceError('odd');
      });
      assert.match(odd.message, / failed: PriceError: odd$/);
      const hostile = await caught(nJobs, () => {
        throw Object.defineProperty(new Error('x'), 'message', {
          get() {
            throw new Error('no message');
          },
        });
      });
      assert.match(hostile.message, /^group '[ab]' failed: Error: \[message cannot be read/);
      const aborted = await caught(nJobs, () => {
        throw new DOMException('enough', 'AbortError');
      });
      assert.match(aborted.message, / failed: AbortError: enough$/);
    });

    it(`of groups that threw no error point at the call (nJobs ${nJobs})`, async () => {
      const error = await caught(nJobs, () => {
        throw 'text';
      });
      assert.equal(error.cause, 'text');
      assert.match((error.stack ?? '').split('\n')[1], /^\s+at .*caught .*errors\.test\.ts/);
    });
  }

  it('of a call inside a function are causes', async () => {
    const fn = async (rows: { k: string }[]) => {
      const mixed = (_: object, { index }: { index: number }) => ({ q: index === 0 ? ['text'] : [1] });
      return applyParallel(groupby([{ i: 1 }, { i: 2 }], 'i'), mixed, { nJobs: 1 }).then(() => rows);
    };
    const error = await applyParallel(groupby([{ k: 'a' }, { k: 'b' }], 'k'), fn, { nJobs: 1 }).catch(
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof GroupError && error.code === 'ERR_GROUP_FAILED');
    assert.ok(error.cause instanceof ApplyError && error.cause.code === 'ERR_SCHEMA_MISMATCH');
  });
});
