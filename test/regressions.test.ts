import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import {
  Binary,
  Dictionary,
  Field,
  Int32,
  makeData,
  Null,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromArrays,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { ApplyError, applyParallel, GroupError, groupby, reduceMemory } from 'apply-parallel';

/** What reviews found, each in the shape it was found in. */
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

describe('messages that are not ours', () => {
  it('are left alone', async () => {
    const fn = async (rows: object[]) => {
      const { parentPort } = await import('node:worker_threads');
      for (const message of ['hello', null, { type: 'stray' }]) parentPort?.postMessage(message);
      return rows;
    };
    assert.equal((await applyParallel(byKey, fn, { nJobs: 2 })).length, 2);
  });
});

describe('Dates inside lists and objects', () => {
  it('stay Dates where another group had none', async () => {
    const fn = (_: object, { key }: { key: unknown }) => [
      { list: key === 'a' ? [] : [new Date(0)], member: { at: key === 'a' ? null : new Date(0) } },
    ];
    const [, b] = await applyParallel(byKey, fn, { nJobs: 1 });
    assert.deepEqual(b, { list: [new Date(0)], member: { at: new Date(0) } });
  });
});

describe('two columns of one name', () => {
  const twins = (...[a, b]: (Int32 | Utf8)[]) => {
    const fields = [new Field('x', a, true), new Field('x', b, true), new Field('k', new Int32(), true)];
    const values = [a, b].map((type) => (type instanceof Utf8 ? ['u', 'v'] : [1, 2]));
    const children = [...values, [1, 2]].map(
      (column, k) => vectorFromArray(column, fields[k].type as Int32).data[0],
    );
    const rows = makeData({ type: new Struct(fields), length: 2, nullCount: 0, children });
    return new Table([new RecordBatch(new Schema(fields), rows)]);
  };

  it('are refused by name if they differ in type: apache-arrow reads them wrong', async () => {
    const table = twins(new Int32(), new Utf8());
    const named = (code: string) => (error: unknown) =>
      hasCode(code)(error) && /2 columns named 'x', of types Int32 and Utf8/.test((error as Error).message);
    assert.throws(() => groupby(table, 'k'), named('ERR_NOT_A_FRAME'));
    assert.throws(() => reduceMemory(table), named('ERR_NOT_A_FRAME'));
    const fn = () => twins(new Int32(), new Utf8());
    await assert.rejects(
      applyParallel(byKey, fn, { nJobs: 1 }),
      (error) => hasCode('ERR_BAD_RESULT')(error) && /columns named 'x'/.test((error as Error).message),
    );
  });

  it('stay as they are in reduceMemory', () => {
    const small = reduceMemory(twins(new Int32(), new Int32()));
    assert.deepEqual(small.schema.fields.map(String), ['x: Int32', 'x: Int32', 'k: Int8']);
  });

  it('are refused by name where other groups make their types differ', async () => {
    const table = twins(new Int32(), new Int32());
    const fn = (group: Table, { index }: { index: number }) => (index === 1 ? group : { x: [0.5] });
    await assert.rejects(
      applyParallel(groupby(table, 'k'), fn, { nJobs: 1 }),
      (error) => hasCode('ERR_SCHEMA_MISMATCH')(error) && /columns named 'x'/.test((error as Error).message),
    );
  });
});

describe('the columns form', () => {
  it('refuses two columns of one name', async () => {
    const one = tableFromArrays({ k: ['a'], x: [1], y: [2] });
    const fields = one.schema.fields.map((field, i) => (i === 2 ? field.clone({ name: 'x' }) : field));
    const { children } = one.batches[0].data;
    const rows = makeData({ type: new Struct(fields), length: 1, nullCount: 0, children });
    const twice = new Table([new RecordBatch(new Schema(fields), rows)]);
    await assert.rejects(
      applyParallel(groupby(twice, 'k'), (g) => g, { input: 'columns', nJobs: 1 }),
      hasCode('ERR_SCHEMA_MISMATCH'),
    );
  });

  it('is taken back as frames', async () => {
    const frames = [...groupby({ k: ['a', 'b'], s: ['x', 'y'] }, 'k')];
    const out = await applyParallel(frames, (g) => g, { nJobs: 1, output: 'records' });
    assert.deepEqual(out, [
      { k: 'a', s: 'x' },
      { k: 'b', s: 'y' },
    ]);
  });
});

describe('keys', () => {
  it('do not show the memory of the frame', async () => {
    const table = new Table({ k: vectorFromArray([Uint8Array.of(1), Uint8Array.of(2)], new Binary()) });
    const fn = (_: Table, { key }: { key: unknown }) => {
      (key as Uint8Array)[0] = 9;
      return null;
    };
    await applyParallel(groupby(table, 'k'), fn, { nJobs: 1 });
    assert.deepEqual([...(table.getChild('k') ?? [])], [Uint8Array.of(1), Uint8Array.of(2)]);
  });

  it('that cannot travel are refused at the door', async () => {
    const pairs = [[Symbol('x'), [{ x: 1 }]]] as never;
    await assert.rejects(
      applyParallel(pairs, () => null, { nJobs: 2 }),
      hasCode('ERR_INVALID_OPTION'),
    );
  });
});

describe('an iterable whose call is aborted', () => {
  it('is ended', async () => {
    const abort = new AbortController();
    let ended = false;
    async function* endless() {
      try {
        for (;;) {
          yield [{ x: 1 }];
          await new Promise(setImmediate);
          abort.abort();
        }
      } finally {
        ended = true;
      }
    }
    await assert.rejects(
      applyParallel(endless(), (g) => g, { signal: abort.signal }),
      hasCode('ERR_ABORTED'),
    );
    while (!ended) await new Promise(setImmediate);
  });
});

describe('errors', () => {
  it('of rows that cannot be columns speak of the frame, not of a result', () => {
    assert.throws(() => groupby([{ a: 1 }, { a: 'x' }], 'a'), hasCode('ERR_NOT_A_FRAME'));
  });

  it('of a call inside a function are causes', async () => {
    const fn = async (rows: { k: string }[]) => {
      const mixed = (_: object, { index }: { index: number }) => ({ q: index === 0 ? ['text'] : [1] });
      return applyParallel(groupby([{ i: 1 }, { i: 2 }], 'i'), mixed, { nJobs: 1 }).then(() => rows);
    };
    const error = await applyParallel(byKey, fn, { nJobs: 1 }).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof GroupError && error.code === 'ERR_GROUP_FAILED');
    assert.ok(hasCode('ERR_SCHEMA_MISMATCH')(error.cause));
  });
});
