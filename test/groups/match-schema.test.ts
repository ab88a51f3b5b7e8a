import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { Dictionary, Field, Int32, Null, Schema, Table, Utf8, vectorFromArray } from 'apache-arrow';
import { ApplyError, applyParallel, groupby } from 'apply-parallel';

const byKey = groupby([{ k: 'a' }, { k: 'b' }], 'k');
const hasCode = (code: string) => (error: unknown) => error instanceof ApplyError && error.code === code;

const pickX = (group: Table | object[]) =>
  Array.isArray(group) ? group.map((row) => ({ x: (row as { x: unknown }).x })) : group.select(['x']);

describe('a declared schema', () => {
  const schema = new Schema([new Field('x', new Int32(), false)]);
  const failing = (_: object, { key }: { key: unknown }) => {
    if (key === 'b') throw new Error('no');
    return { x: Int32Array.of(1) };
  };

  for (const wrong of [{ x: ['abc'] }, { x: [1.7] }, { x: [true] }, { error: 'text' }]) {
    it(`holds for what onError returns: ${JSON.stringify(wrong)}`, async () => {
      const call = applyParallel(byKey, failing, { nJobs: 1, schema, onError: () => wrong });
      await assert.rejects(call, hasCode('ERR_SCHEMA_MISMATCH'));
    });
  }

  it('that is never null holds against nulls', async () => {
    const x = vectorFromArray([1, null], new Int32());
    await assert.rejects(
      applyParallel(byKey, () => ({ x }), { nJobs: 1, schema }),
      hasCode('ERR_SCHEMA_MISMATCH'),
    );
  });

  it('that is never null holds against nulls of a column handed back', async () => {
    const table = new Table({
      k: vectorFromArray(['a', 'b', 'b']),
      x: vectorFromArray([1, null, 2], new Int32()),
    });
    const rest = groupby(table.slice(2), 'k');
    const [full, short] = [groupby(table, 'k'), rest];
    for (const input of ['columns', 'arrow', 'records'] as const) {
      const fn = (group: object) =>
        input === 'columns' ? { x: (group as { x: unknown }).x } : pickX(group as Table | object[]);
      const options = { nJobs: 1, input, schema, output: 'arrow' } as const;
      await assert.rejects(applyParallel(full, fn as never, options), hasCode('ERR_SCHEMA_MISMATCH'), input);
      const out = await applyParallel(short, fn as never, options);
      assert.deepEqual([...((out as Table).getChild('x') ?? [])], [2], input);
    }
  });

  it('that is never null holds against a column of the null type', async () => {
    const x = vectorFromArray([null, null], new Null());
    await assert.rejects(
      applyParallel(byKey, () => ({ x }), { nJobs: 1, schema }),
      hasCode('ERR_SCHEMA_MISMATCH'),
    );
  });

  it('may come from another copy of apache-arrow', async () => {
    const cjs = createRequire(import.meta.url)('apache-arrow') as typeof import('apache-arrow');
    const declared = new cjs.Schema([
      new cjs.Field('s', new cjs.Dictionary(new cjs.Utf8(), new cjs.Int32())),
    ]);
    const s = vectorFromArray(['u'], new Dictionary(new Utf8(), new Int32()));
    const out = await applyParallel(byKey, () => ({ s }), {
      nJobs: 1,
      output: 'arrow',
      schema: declared as never,
    });
    assert.deepEqual([...(out.getChild('s') ?? [])], ['u', 'u']);
  });
});
