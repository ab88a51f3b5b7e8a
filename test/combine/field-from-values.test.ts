import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import {
  DateDay,
  Field,
  Float64,
  Int32,
  Int64,
  RecordBatch,
  Schema,
  Table,
  Uint64,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { applyParallel, groupby, shutdown } from 'apply-parallel';
import { ApplyError } from '#dist/errors.js';
import { combineAll } from '../support/combining.js';

after(() => shutdown());

const typeOf = (table: Table): string => String(table.schema.fields.find(({ name }) => name === 'v')?.type);
const valuesOf = (table: Table): unknown[] => [...(table.getChild('v') ?? ['no such column'])];
const isMismatch = (error: unknown) => error instanceof ApplyError && error.code === 'ERR_SCHEMA_MISMATCH';

/** Every order of the results, with its type and values. */
function inEveryOrder(results: readonly { v: ArrayLike<unknown> }[], check: (table: Table) => void): void {
  const visit = (chosen: { v: ArrayLike<unknown> }[], rest: readonly { v: ArrayLike<unknown> }[]) => {
    if (rest.length === 0) for (const workers of [0, 2]) check(combineAll(chosen, { workers }));
    rest.forEach((next, k) => {
      visit([...chosen, next], rest.toSpliced(k, 1));
    });
  };
  visit([], results);
}

describe('a column all null in one group', () => {
  const nulls = (type: Utf8 | Int64 | DateDay) => vectorFromArray([null, null], type as Utf8);

  test('takes the type of the others, whatever its own', () => {
    const results = [{ v: nulls(new Utf8()) }, { v: [1.5] }, { v: nulls(new DateDay()) }];
    inEveryOrder(results as never, (table) => {
      assert.equal(typeOf(table), 'Float64');
      assert.deepEqual(
        valuesOf(table).filter((value) => value !== null),
        [1.5],
      );
      assert.equal(table.numRows, 5);
    });
  });

  test('keeps its own where the types go together, and where there is no other', () => {
    assert.equal(typeOf(combineAll([{ v: nulls(new Int64()) }, { v: Int32Array.of(1) }])), 'Int64');
    assert.equal(typeOf(combineAll([{ v: nulls(new Utf8()) }, { v: [null] }])), 'Utf8');
  });

  test('makes no room for types that do not go together', () => {
    const results = [{ v: nulls(new DateDay()) }, { v: ['x'] }, { v: [1] }];
    assert.throws(() => combineAll(results), isMismatch);
  });

  const table = new Table({
    k: vectorFromArray(['a', 'b'], new Utf8()),
    s: vectorFromArray([null, 'xyz'], new Utf8()),
  });
  const length = (value: unknown) => (value === null ? null : String(value).length);
  const ways: { input: 'columns' | 'arrow' | 'records'; fn: (group: never) => unknown }[] = [
    {
      input: 'columns',
      fn: ({ s }: { s: { get(i: number): unknown } }) => ({ v: s.get(0) === null ? s : [length(s.get(0))] }),
    },
    {
      input: 'arrow',
      fn: (group: Table) => {
        const s = group.getChild('s');
        return { v: s?.get(0) === null ? s : [length(s?.get(0))] };
      },
    },
    {
      input: 'records',
      fn: (rows: { s: unknown }[]) => rows.map(({ s }) => ({ s: length(s) })),
    },
  ];
  const declared = (name: string) => new Schema([new Field(name, new Float64(), true)]);
  for (const { input, fn } of ways) {
    for (const nJobs of [1, 2]) {
      test(`handed back from the group, ${input}, nJobs: ${nJobs}`, async () => {
        const name = input === 'records' ? 's' : 'v';
        for (const schema of [undefined, declared(name)]) {
          const options = { input, nJobs, output: 'arrow', schema } as const;
          const out = (await applyParallel(groupby(table, 'k'), fn as never, options)) as Table;
          assert.equal(String(out.schema.fields[0].type), 'Float64');
          assert.deepEqual([...(out.getChild(name) ?? [])], [null, 3]);
        }
      });
    }
  }
});

describe('bigints', () => {
  test('are Uint64 in every group if they are beyond Int64 in one, and negative in none', () => {
    inEveryOrder([{ v: [2n ** 63n] }, { v: [1n, null] }, { v: BigUint64Array.of(7n) }], (table) => {
      assert.equal(typeOf(table), 'Uint64');
      assert.deepEqual(new Set(valuesOf(table)), new Set([2n ** 63n, 1n, null, 7n]));
    });
  });

  test('have no type together if some are negative', () => {
    assert.throws(() => combineAll([{ v: [2n ** 63n] }, { v: [-1n] }]), isMismatch);
  });

  test('of a typed array have the type of that', () => {
    assert.throws(() => combineAll([{ v: [2n ** 63n] }, { v: BigInt64Array.of(1n) }]), isMismatch);
    assert.throws(
      () =>
        combineAll([{ v: vectorFromArray([1n], new Uint64()) }, { v: vectorFromArray([1n], new Int64()) }]),
      isMismatch,
    );
  });

  test('in rows', async () => {
    const rows = groupby([{ k: 1 }, { k: 2 }], 'k');
    const fn = (_: object, { key }: { key: unknown }) => [{ v: key === 1 ? 2n ** 63n : 1n }];
    for (const nJobs of [1, 2]) {
      assert.deepEqual(await applyParallel(rows, fn, { nJobs }), [{ v: 2n ** 63n }, { v: 1n }]);
    }
  });
});

describe('metadata of a column', () => {
  const of = (type: Int32 | Float64, metadata: Record<string, string>) => {
    const schema = new Schema([new Field('v', type, true, new Map(Object.entries(metadata)))]);
    const data = new Table({ v: vectorFromArray([1], type) }).batches[0].data;
    return new Table([new RecordBatch(schema, data as never)]);
  };
  const metadataOf = (results: readonly Table[]) =>
    Object.fromEntries(combineAll(results).schema.fields[0].metadata);

  test('is that of all groups, in whatever order', () => {
    const [a, b, c] = [
      of(new Int32(), { unit: 'm' }),
      of(new Float64(), {}),
      of(new Float64(), { note: 'x' }),
    ];
    for (const order of [
      [a, b, c],
      [a, c, b],
      [b, a, c],
      [b, c, a],
      [c, a, b],
      [c, b, a],
    ]) {
      assert.deepEqual(metadataOf(order), { unit: 'm', note: 'x' });
    }
    assert.deepEqual(metadataOf([b, a]), { unit: 'm' });
  });

  test('of two values for one thing is that of the type that holds both', () => {
    const [a, b] = [of(new Int32(), { unit: 'm' }), of(new Float64(), { unit: 'km' })];
    assert.deepEqual([metadataOf([a, b]), metadataOf([b, a])], [{ unit: 'km' }, { unit: 'km' }]);
  });
});
