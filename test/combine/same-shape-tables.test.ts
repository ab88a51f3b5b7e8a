import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  Bool,
  type DataType,
  Field,
  Float16,
  Float64,
  Int32,
  Int64,
  makeData,
  makeVector,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMillisecond,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { combine, ResultPacker, type Results } from '#dist/combine/index.js';
import { groupReader, readResult } from '#dist/frame/index.js';
import { batchOf, column } from '../support/batches.js';
import { rowsOf, typeName } from '../support/cells.js';

const GROUPS = 12;
const ROWS = 5;
const range = (of: (row: number) => unknown) => Array.from({ length: GROUPS * ROWS }, (_, row) => of(row));

const makeBatch = () =>
  batchOf({
    key: column(
      range((row) => Math.floor(row / ROWS)),
      new Int32(),
    ),
    x: column(
      range((row) => row / 4),
      new Float64(),
    ),
    gap: column(
      range((row) => (row % 7 === 0 ? null : row)),
      new Float64(),
    ),
    name: column(
      range((row) => `n${row % 3}`),
      new Utf8(),
    ),
    yes: column(
      range((row) => row % 2 === 0),
      new Bool(),
    ),
  });

const x = (g: Table) => g.getChild('x') as Vector<Float64>;
const plus = (g: Table, more: { [name: string]: Vector }) => g.assign(new Table(more));
const of = (values: readonly unknown[], type: DataType) => vectorFromArray(values, type) as Vector;
const doubled = (g: Table) =>
  x(g)
    .toArray()
    .map((value) => value * 2);

/** A table of one column whose field is given. */
function oneField(field: Field, values: Float64Array): Table {
  const schema = new Schema([field]);
  const data = makeData({ type: field.type as Float64, data: values });
  const rows = makeData({ type: new Struct(schema.fields), length: values.length, children: [data] });
  return new Table(schema, [new RecordBatch(schema, rows)]);
}

/** What functions return for a group; each looks a little different from the one before it. */
const ways: { [name: string]: (g: Table) => unknown } = {
  'a new column': (g) => plus(g, { z: makeVector(doubled(g)) }),
  'only what is new': (g) => new Table({ z: makeVector(doubled(g)) }),
  'the group as it is': (g) => g,
  'other floats': (g) => plus(g, { z: makeVector(Float32Array.from(doubled(g))) }),
  'half floats': (g) => plus(g, { z: of([...doubled(g)], new Float16()) }),
  integers: (g) => plus(g, { z: makeVector(Int32Array.from(doubled(g))) }),
  'long integers': (g) =>
    plus(g, {
      z: of(
        Array.from(x(g).toArray(), (v) => BigInt(Math.floor(v))),
        new Int64(),
      ),
    }),
  times: (g) => plus(g, { when: of(Array.from(x(g).toArray(), Math.floor), new TimestampMillisecond()) }),
  nulls: (g) => plus(g, { z: of([1, null, 3, 4, 5], new Float64()) }),
  texts: (g) => plus(g, { text: of(['a', 'b', null, 'd', 'e'], new Utf8()) }),
  'the same numbers': (g) => plus(g, { z: x(g) }),
  'under another name': (g) => new Table({ key: g.getChild('x') as Vector, w: g.getChild('key') as Vector }),
  'a selection': (g) => g.select(['x', 'name']),
  'fewer rows': (g) => plus(g.slice(1, 3), { z: makeVector(doubled(g).subarray(1, 3)) }),
  'two batches': (g) => g.slice(0, 2).concat(g.slice(2)),
  'no rows': (g) => g.slice(0, 0),
  'nothing at all': () => null,
  'no columns': () => new Table(),
  'an object of vectors': (g) => ({ x: g.getChild('x'), z: makeVector(doubled(g)) }),
  'an object of arrays': (g) => ({ z: doubled(g) }),
  rows: (g) => [{ z: x(g).get(0) }],
  'a record batch': (g) => g.batches[0],
  'a null in place': (g) => {
    g.getChild('x')?.set(1, null);
    return g;
  },
  'a number in place': (g) => {
    g.getChild('x')?.set(1, -1);
    return plus(g, { z: makeVector(doubled(g)) });
  },
  'a filled gap': (g) => {
    for (let row = 0; row < g.numRows; row++) g.getChild('gap')?.set(row, 7);
    return g;
  },
  'another boolean': (g) => {
    g.getChild('yes')?.set(2, true);
    return g;
  },
  'must not be null': (g) => oneField(new Field('z', new Float64(), false), doubled(g)),
  'may be null': (g) => oneField(new Field('z', new Float64(), true), doubled(g)),
  'with metadata': (g) => oneField(new Field('z', new Float64(), true, new Map([['a', '1']])), doubled(g)),
  'other metadata': (g) => oneField(new Field('z', new Float64(), true, new Map([['a', '2']])), doubled(g)),
  'names that are numbers': (g) => new Table({ 1: makeVector(doubled(g)), x: x(g) }),
  'a view of more': (g) => new Table({ z: makeVector(new Float64Array(9).fill(x(g).get(0) ?? 0)) }),
  'one array for all': (g) => new Table({ z: makeVector(reused.fill(x(g).get(0) ?? 0)) }),
};
const reused = new Float64Array(ROWS);

/** Joins what a function returned for each group; with `quickly`, as the kernel does. */
function joined(chosen: readonly string[], order: readonly number[], quickly: boolean, takes: number) {
  const batch = makeBatch();
  const read = groupReader(batch, 'arrow');
  const packer = new ResultPacker();
  const results: Results[] = [];
  order.forEach((k, done) => {
    const given = read(k * ROWS, (k + 1) * ROWS);
    const value = ways[chosen[k]](given.frame as Table);
    if (!quickly) packer.add(k, readResult(value, given));
    else if (!packer.addSameShape(k, value, given)) packer.add(k, readResult(value, given), value, given);
    if (done % takes === takes - 1) results.push(packer.take());
  });
  results.push(packer.take());
  const out = combine(results, {
    schema: batch.schema,
    inputRows: ({ first, numRows }, input) => batch.columns[input].slice(first * ROWS, numRows),
    describeGroup: String,
  });
  const fields = out.schema.fields.map(({ name, type, nullable, metadata }) => [
    name,
    typeName(type),
    nullable,
    [...metadata],
  ]);
  const segments = results.flatMap((result) => result.segments).length;
  return { fields, rows: rowsOf(out), undefineds: results.map((r) => r.undefineds), segments };
}

describe('tables that look alike', () => {
  const way = fc.constantFrom(...Object.keys(ways));
  const ascending = Array.from({ length: GROUPS }, (_, k) => k);

  it('and those that do not, are joined as if each were read alone', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(way, fc.integer({ min: 1, max: 5 })), { minLength: GROUPS }),
        fc.constantFrom(ascending, ascending.toReversed(), [0, 1, 2, 6, 7, 8, 9, 3, 4, 5, 10, 11]),
        fc.constantFrom(1, 4, GROUPS),
        (drawn, order, takes) => {
          const chosen = drawn.flatMap(([name, times]) => new Array<string>(times).fill(name));
          const { segments: _, ...quick } = joined(chosen, order, true, takes);
          const { segments: __, ...slow } = joined(chosen, order, false, takes);
          assert.deepEqual(quick, slow);
        },
      ),
      { numRuns: 400 },
    );
  });

  for (const name of Object.keys(ways)) {
    it(`are joined into one segment: ${name}`, () => {
      const chosen = new Array<string>(GROUPS).fill(name);
      const { segments } = joined(chosen, ascending, true, GROUPS);
      assert.ok(segments <= joined(chosen, ascending, false, GROUPS).segments);
    });
  }

  it('are joined into few segments where some have nulls', () => {
    const chosen = ascending.map((k) => (k % 2 === 0 ? 'a new column' : 'nulls'));
    assert.ok(joined(chosen, ascending, true, GROUPS).segments <= 3);
  });
});
