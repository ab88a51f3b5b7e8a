import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  Bool,
  Dictionary,
  Field,
  Float16,
  Float64,
  Int8,
  Int32,
  List,
  makeVector,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampSecond,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { applyParallel } from '#dist/apply-parallel.js';
import { tableOf } from '#dist/arrow/index.js';
import { type Columns, groupReader, readResult } from '#dist/frame/index.js';
import { groupby } from '#dist/groups/index.js';
import { batchOf, column } from '../support/batches.js';
import { cellsOf } from '../support/cells.js';

/** Everything twice: with nulls in the rows of the group, and without. */
const makeBatch = () =>
  batchOf({
    i: column([1, 2, 3, 4], new Int32()),
    in: column([1, null, 3, null], new Int32()),
    f: column([1, 2, 3, 4], new Float64()),
    fn: column([null, 2, Number.NaN, null], new Float64()),
    h: column([1, null, 3, 4], new Float16()),
    s: column(['a', null, 'c', 'd'], new Utf8()),
    b: column([true, false, null, true], new Bool()),
    d: column(['x', 'y', null, 'x'], new Dictionary(new Utf8(), new Int8())),
    l: column([[1], null, [2], []], new List(new Field('item', new Int32(), true))),
    o: column([{ p: 1 }, null, { p: 2 }, { p: 3 }], new Struct([new Field('p', new Int32(), true)])),
    t: column([1, 2, null, 4], new TimestampMicrosecond()),
  });

/** Which columns of the result are columns of the group: name -> the name in the group. */
function handedBack(
  form: 'columns' | 'arrow',
  fn: (group: never) => unknown,
): { [name: string]: string | undefined } {
  const batch = makeBatch();
  const given = groupReader(batch, form)(1, 4);
  const result = readResult(fn(given.frame as never), given);
  const names = batch.schema.fields.map((field) => field.name);
  return Object.fromEntries(
    (result?.columns ?? []).map(({ field, input }) => [
      field.name,
      input === undefined ? undefined : names[input],
    ]),
  );
}

const everything = Object.fromEntries(makeBatch().schema.fields.map(({ name }) => [name, name]));

describe('columns form: columns handed back', () => {
  const back = (fn: (group: Columns) => unknown) => handedBack('columns', fn as never);

  test('all of them, spread or as they are', () => {
    assert.deepEqual(
      back((g) => g),
      everything,
    );
    assert.deepEqual(
      back((g) => ({ ...g, z: [1, 2, 3] })),
      { ...everything, z: undefined },
    );
  });

  test('under another name, twice, swapped', () => {
    assert.deepEqual(
      back(({ i, in: withNulls, s }) => ({ a: i, b: i, s: withNulls, in: s })),
      { a: 'i', b: 'i', s: 'in', in: 's' },
    );
  });

  test('views that show the shard are handed back even when their values changed: the shard changed with them', () => {
    const batch = makeBatch();
    const given = groupReader(batch, 'columns')(1, 4);
    const group = given.frame as { i: Int32Array };
    group.i[0] = 77;
    assert.equal(readResult(group, given)?.columns[0].input, 0);
    assert.deepEqual([...(batch.columns[0].values as Int32Array)], [1, 77, 3, 4]);
  });

  test('columns with nulls that were changed in place, as fillna does, are new', () => {
    const fill = (values: Float64Array) => {
      for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) values[i] = 0;
    };
    assert.deepEqual(
      back((g) => {
        fill(g.in as Float64Array);
        return { in: g.in, fn: g.fn };
      }),
      { in: undefined, fn: 'fn' },
    );
    assert.deepEqual(
      back((g) => {
        fill(g.fn as Float64Array);
        fill(g.h as unknown as Float64Array);
        return { fn: g.fn, h: g.h };
      }),
      { fn: undefined, h: undefined },
    );
  });

  test('the sign of zero is a change', () => {
    const batch = batchOf({ x: column([0, null], new Float64()) });
    const given = groupReader(batch, 'columns')(0, 2);
    const { x } = given.frame as { x: Float64Array };
    x[0] = -0;
    assert.equal(readResult({ x }, given)?.columns[0].input, undefined);
  });

  test('a part of a column, or a copy of it, is new', () => {
    assert.deepEqual(
      back((g) => ({ i: (g.i as Int32Array).slice(), f: (g.f as Float64Array).subarray(0) })),
      { i: undefined, f: undefined },
    );
  });
});

describe('arrow form: columns handed back', () => {
  const back = (fn: (group: Table) => unknown) => handedBack('arrow', fn as never);
  const child = (table: Table, name: string) => table.getChild(name) as Vector;

  test('the table itself, a selection, an assignment, an object of vectors', () => {
    assert.deepEqual(
      back((g) => g),
      everything,
    );
    assert.deepEqual(
      back((g) => g.select(['s', 'i'])),
      { s: 's', i: 'i' },
    );
    assert.deepEqual(
      back((g) => ({ other: child(g, 'd'), in: child(g, 'l') })),
      { other: 'd', in: 'l' },
    );
  });

  test('under another name', () => {
    assert.deepEqual(
      back((g) => {
        const [batch] = g.batches;
        const schema = new Schema([new Field('renamed', g.schema.fields[5].type, true)]);
        return new Table(schema, [
          new RecordBatch(schema, batch.selectAt([5]).data.clone(new Struct(schema.fields)) as never),
        ]);
      }),
      { renamed: 's' },
    );
  });

  test('rows taken out are new', () => {
    const sliced = back((g) => g.slice(1));
    assert.deepEqual(new Set(Object.values(sliced)), new Set([undefined]));
    assert.deepEqual(Object.keys(sliced), Object.keys(everything));
  });

  for (const [name, value] of [
    ['i', null],
    ['in', null],
    ['fn', null],
    ['s', null],
    ['b', null],
    ['d', null],
    ['t', null],
  ] as const) {
    test(`vector.set of '${name}' to null is in the result`, () => {
      const batch = makeBatch();
      const given = groupReader(batch, 'arrow')(1, 4);
      const table = given.frame as Table;
      const vector = child(table, name);
      const rows = [0, 1, 2].filter((row) => vector.get(row) !== null);
      vector.set(rows[0], value as never);
      const k = batch.schema.fields.findIndex((field) => field.name === name);
      const result = readResult(table, given)?.columns[k];
      const data = result?.input === undefined ? result?.chunks[0] : batch.columns[k].slice(1, 3);
      assert.deepEqual(
        cellsOf(data ? [data] : []).map((text) => text === 'null'),
        [0, 1, 2].map((row) => row === rows[0] || !rows.includes(row)),
      );
    });
  }

  test('a null that becomes a value is in the result', () => {
    const batch = makeBatch();
    const given = groupReader(batch, 'arrow')(1, 4);
    const table = given.frame as Table;
    child(table, 'in').set(0, 7);
    const column = readResult(table, given)?.columns[1];
    const data = column?.input === undefined ? column?.chunks[0] : batch.columns[1].slice(1, 3);
    assert.deepEqual(
      cellsOf(data ? [data] : []).map((text) => text === 'null'),
      [false, false, true],
    );
  });

  test('a change of validity or of booleans stays inside the group', () => {
    const batch = makeBatch();
    const before = batch.columns.map((data) => cellsOf([data.slice(0, 1), data.slice(3, 1)]));
    const table = groupReader(batch, 'arrow')(1, 3).frame as Table;
    for (const name of ['i', 'in', 'fn', 's', 'd', 't'])
      for (const row of [0, 1]) child(table, name).set(row, null);
    child(table, 'b').set(0, true);
    child(table, 'b').set(1, false);
    assert.deepEqual(
      batch.columns.map((data) => cellsOf([data.slice(0, 1), data.slice(3, 1)])),
      before,
    );
  });

  test('the same values as another type are a new column of that type', () => {
    const retyped = (
      from: TimestampMicrosecond | TimestampMillisecond,
      to: TimestampSecond | TimestampMillisecond,
    ) => {
      const batch = batchOf({ t: column([5, 6], from) });
      const given = groupReader(batch, 'arrow')(0, 2);
      const data = (given.frame as Table).batches[0].data.children[0].clone(to);
      const schema = new Schema([new Field('t', to, true)]);
      const result = readResult(tableOf(schema, [{ schema, columns: [data], numRows: 2 }]), given);
      assert.equal(result?.columns[0].input, undefined);
      assert.equal(result?.columns[0].field.type, to);
    };
    retyped(new TimestampMillisecond(), new TimestampSecond());
    retyped(new TimestampMicrosecond(), new TimestampMillisecond());
    retyped(new TimestampMillisecond(), new TimestampMillisecond('UTC'));
  });
});

test('threads that set neighbouring bits at once do not undo each other', async () => {
  const rows = 8_000;
  const validity = new Uint8Array(rows / 8).fill(0xff);
  validity[0] = 0xfe;
  const x = makeVector({ type: new Int32(), data: new Int32Array(rows), nullBitmap: validity, nullCount: 1 });
  const b = makeVector({ type: new Bool(), data: new Uint8Array(rows / 8), length: rows });
  const k = makeVector(Int32Array.from({ length: rows }, (_, i) => (i * 7) % rows));
  const out = await applyParallel(
    groupby(new Table({ k, x, b }), 'k'),
    (group: Table) => {
      group.getChild('x')?.set(0, null);
      group.getChild('b')?.set(0, true);
      return group;
    },
    { nJobs: 2, batchSize: 1 },
  );
  assert.equal(out.getChild('x')?.nullCount, rows);
  assert.ok([...(out.getChild('b') ?? [])].every((value) => value === true));
});

test('a key set to null by the function is null in the result, though rows with null keys were dropped', async () => {
  const k = vectorFromArray(['b', null, 'a', 'b'], new Utf8());
  const n = vectorFromArray([1, null, 2, null], new Int32());
  const out = await applyParallel(
    groupby(new Table({ k: n, s: k }), 'k'),
    (group: Table) => {
      group.getChild('k')?.set(0, null);
      return group;
    },
    { nJobs: 1 },
  );
  assert.deepEqual([...(out.getChild('k') ?? [])], [null, null]);
  assert.equal(out.getChild('k')?.nullCount, 2);
});
