import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { ApplyError, applyParallel, groupby, type Row, shutdown } from 'apply-parallel';

const backends = ['inline', 'threads'] as const;
const identity = (rows: Row[]) => rows;

describe('row objects, in whole calls', () => {
  after(shutdown);

  test('types come from all rows of all groups: what the first ones lack, later ones say', async () => {
    const rows = [
      { k: 'a', n: null, when: undefined, big: null, inside: null, tags: null },
      { k: 'b', n: 1, when: new Date(-5), big: 2n ** 60n, inside: { x: 1 }, tags: [1, null] },
      { k: 'a', n: 0.5, inside: { y: [{ z: false }, null] }, late: 'only here' },
      { k: 'b', tags: [], late: null },
    ];
    const none = { n: null, when: null, big: null, inside: null, tags: null, late: null };
    const empty = { x: null, y: null };
    for (const backend of backends) {
      const result = await applyParallel(groupby(rows, 'k'), identity, { backend, nJobs: 2 });
      assert.deepEqual(result, [
        { ...none, k: 'a' },
        { ...none, k: 'a', n: 0.5, inside: { ...empty, y: [{ z: false }, null] }, late: 'only here' },
        {
          ...none,
          k: 'b',
          n: 1,
          when: new Date(-5),
          big: 2n ** 60n,
          inside: { ...empty, x: 1 },
          tags: [1, null],
        },
        { ...none, k: 'b', tags: [] },
      ]);
    }
  });

  test('results too: nulls in one group, values in another', async () => {
    const rows = [{ k: 1 }, { k: 2 }, { k: 3 }];
    const made: { [k: number]: Row } = {
      1: { v: null },
      2: { v: new Date(7) },
      3: { v: undefined, w: { x: [1n] } },
    };
    for (const backend of backends) {
      const result = await applyParallel(groupby(rows, 'k'), ([{ k }]) => [made[k as number]], {
        backend,
        nJobs: 2,
      });
      assert.deepEqual(result, [
        { v: null, w: null },
        { v: new Date(7), w: null },
        { v: null, w: { x: [1n] } },
      ]);
    }
  });

  test('mixed values are refused, with a row of each', () => {
    const refused = (values: readonly unknown[], message: RegExp) =>
      assert.throws(
        () =>
          groupby(
            values.map((x) => ({ k: 1, x })),
            'k',
          ),
        (error) =>
          error instanceof ApplyError && error.code === 'ERR_NOT_A_FRAME' && message.test(error.message),
      );
    refused([1, null, 'N/A'], /column "x" mixes number \(row 0: 1\) with string \(row 2: 'N\/A'\)/);
    refused([1, 2n], /mixes number .* with bigint .* BigInt\(value\)/);
    refused([new Date(1), '2024-01-01'], /mixes Date .* with string/);
    refused([[1], { 0: 1 }], /mixes array .* with object/);
    refused([{ y: 1 }, { y: 'one' }], /column "x.y" mixes number \(row 0: 1\) with string \(row 1/);
    refused([[1], ['one']], /column "x\[\]" mixes number \(row 0: 1\) with string \(row 1/);
    refused([new Map()], /holds a Map object \(row 0/);
  });

  test('mixed results of two groups are refused, with the column and both groups', async () => {
    const rows = [{ k: 'a' }, { k: 'b' }];
    for (const backend of backends) {
      await assert.rejects(
        applyParallel(groupby(rows, 'k'), ([{ k }]) => ({ v: k === 'a' ? 1 : 'one' }), { backend, nJobs: 2 }),
        (error) =>
          error instanceof ApplyError &&
          error.code === 'ERR_SCHEMA_MISMATCH' &&
          /column 'v' is Float64 in the result of group 'a' and Utf8 in that of group 'b'/.test(
            error.message,
          ),
      );
    }
  });
});

describe('Dates inside lists and objects', () => {
  test('stay Dates where another group had none', async () => {
    const fn = (_: object, { key }: { key: unknown }) => [
      { list: key === 'a' ? [] : [new Date(0)], member: { at: key === 'a' ? null : new Date(0) } },
    ];
    const [, b] = await applyParallel(groupby([{ k: 'a' }, { k: 'b' }], 'k'), fn, { nJobs: 1 });
    assert.deepEqual(b, { list: [new Date(0)], member: { at: new Date(0) } });
  });
});
