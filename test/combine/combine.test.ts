import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Data,
  Field,
  Float64,
  Int8,
  Int32,
  Int64,
  Null,
  Schema,
  type Table,
  TimestampMillisecond,
  TimestampNanosecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { tableOf } from '#dist/arrow/index.js';
import { cellsOf, chunksOf, rowsOf, typeName } from '../support/cells.js';
import { combineAll, tableOfData } from '../support/combining.js';
import { Random, randomColumn } from '../support/random-data.js';
import { anyType } from '../support/random-tables.js';

const namesOf = (table: Table): string[] => table.schema.fields.map((field) => field.name);
const typesOf = (table: Table): string[] => table.schema.fields.map((field) => typeName(field.type));
const column = (table: Table, name: string): unknown[] => [...(table.getChild(name) ?? ['no such column'])];
const oneColumn = (
  values: readonly unknown[],
  type: Int32 | Int64 | Utf8 | Float64 | Int8 | Null,
  options = {},
) => tableOfData(vectorFromArray(values, type).data[0], options);

describe('union by name', () => {
  test('columns in order of first appearance, missing cells null', () => {
    const out = combineAll([
      { b: [1, 2], a: ['x', 'y'] },
      { a: ['z'], c: [true] },
      { c: [false], b: [3], d: [null] },
    ]);
    assert.deepEqual(namesOf(out), ['b', 'a', 'c', 'd']);
    assert.deepEqual(column(out, 'b').map(Number), [1, 2, 0, 3]);
    assert.deepEqual(column(out, 'b')[2], null);
    assert.deepEqual(column(out, 'a'), ['x', 'y', 'z', null]);
    assert.deepEqual(column(out, 'c'), [null, null, true, false]);
    assert.deepEqual(column(out, 'd'), [null, null, null, null]);
  });

  test('never by position, even where the types agree', () => {
    const out = combineAll([
      { a: Int32Array.of(1), b: Int32Array.of(2) },
      { b: Int32Array.of(20), a: Int32Array.of(10) },
    ]);
    assert.deepEqual(column(out, 'a'), [1, 10]);
    assert.deepEqual(column(out, 'b'), [2, 20]);
  });

  test('first appearance is by group, not by which worker was done first', () => {
    const values = [{ x: [1] }, { y: [1] }, { z: [1] }, { w: [1], x: [2] }];
    assert.deepEqual(namesOf(combineAll(values, { workers: 3 })), ['x', 'y', 'z', 'w']);
  });

  test('rows are those of the results, in group order, for every type and number of workers', () => {
    const shape = fc.record({
      types: fc.array(anyType, { minLength: 1, maxLength: 3 }),
      groups: fc.array(fc.record({ rows: fc.nat(6), columns: fc.array(fc.nat(2), { maxLength: 3 }) }), {
        maxLength: 8,
      }),
      seed: fc.nat(),
      workers: fc.nat(3),
    });
    fc.assert(
      fc.property(shape, ({ types, groups, seed, workers }) => {
        const random = new Random(seed);
        const expected: Map<string, string>[] = [];
        const names = new Set<string>();
        const results = groups.map(({ rows, columns }) => {
          const data = Object.fromEntries(
            columns
              .filter((k) => k < types.length)
              .map((k) => [`c${k}`, randomColumn(types[k], [rows], random, 4)[0]]),
          );
          if (Object.keys(data).length === 0) return null;
          const at = expected.length;
          for (let row = 0; row < rows; row++) expected.push(new Map());
          for (const [name, chunk] of Object.entries(data)) {
            if (rows > 0) names.add(name);
            cellsOf([chunk]).forEach((cell, row) => {
              expected[at + row].set(name, cell);
            });
          }
          return tableOfColumns(data, rows);
        });
        const out = combineAll(results, { workers });
        if (expected.length === 0) return assert.equal(out.numRows, 0);
        assert.deepEqual(namesOf(out), [...names]);
        const rows = rowsOf(out).map((row) => row.map(plain));
        assert.deepEqual(
          rows,
          expected.map((row) => [...names].map((name) => plain(row.get(name) ?? 'null'))),
        );
      }),
      { numRuns: 500 },
    );
  });
});

/** A null inside a union, in whichever of its members, is a null. */
function plain(text: string): string {
  let out = text;
  while (/\(\d+:null\)/.test(out)) out = out.replace(/\(\d+:null\)/g, 'null');
  return out;
}

function tableOfColumns(columns: { [name: string]: Data }, numRows: number): Table {
  const schema = new Schema(Object.entries(columns).map(([name, data]) => new Field(name, data.type, true)));
  return tableOf(schema, [{ schema, columns: Object.values(columns), numRows }]);
}

describe('types brought together', () => {
  test('int and float, int32 and int64', () => {
    const floats = combineAll([oneColumn([1, null], new Int32()), oneColumn([0.5], new Float64())]);
    assert.deepEqual([typesOf(floats), column(floats, 'x')], [['Float64'], [1, null, 0.5]]);
    const wide = combineAll([
      oneColumn([1], new Int32()),
      oneColumn([2n ** 60n], new Int64()),
      oneColumn([3], new Int8()),
    ]);
    assert.deepEqual([typesOf(wide), column(wide, 'x')], [['Int64'], [1n, 2n ** 60n, 3n]]);
  });

  test('a column all null in one group takes the type the others give it', () => {
    for (const order of [0, 1]) {
      const results = [{ x: [null, null] }, { x: ['a'] }];
      const out = combineAll(order ? results.reverse() : results);
      assert.deepEqual(typesOf(out), ['Utf8']);
      assert.deepEqual(column(out, 'x'), order ? ['a', null, null] : [null, null, 'a']);
    }
    assert.deepEqual(typesOf(combineAll([{ x: [null] }, { x: [undefined] }])), ['Null']);
  });

  test('what cannot be brought together: the column, both types and both groups', () => {
    const results = [{ y: [1] }, { x: [1.5], y: [1] }, null, { x: ['a'], y: [1] }];
    assert.throws(() => combineAll(results, { workers: 2 }), {
      name: 'ApplyError',
      code: 'ERR_SCHEMA_MISMATCH',
      message: /column 'x' is Float64 in the result of group 'g1' and Utf8 in that of group 'g3'/,
    });
  });

  test('the group that is named is the one that brought the type, not the first with the column', () => {
    const results = [{ x: [null] }, { x: [1.5] }, { x: ['a'] }];
    assert.throws(
      () => combineAll(results),
      /Float64 in the result of group 'g1' and Utf8 in that of group 'g2'/,
    );
  });
});

test('a time too far away for the unit the others have is an error that names column and group', () => {
  const far = vectorFromArray([1e15], new TimestampMillisecond()).data[0];
  const fine = vectorFromArray([1], new TimestampNanosecond()).data[0];
  assert.throws(() => combineAll([tableOfData(fine), tableOfData(far)]), {
    code: 'ERR_SCHEMA_MISMATCH',
    message: /column 'x' of group 'g1' cannot be brought to Timestamp<NANOSECOND>.*too far from 1970/,
  });
});

describe('nothing, and next to nothing', () => {
  const schema = new Schema([new Field('in', new Int32(), true)], new Map([['m', '1']]));

  test('no group, or only null: the columns of the input', () => {
    for (const results of [[], [null], [undefined, null]]) {
      const out = combineAll(results, { schema });
      assert.deepEqual([out.numRows, namesOf(out), typesOf(out)], [0, ['in'], ['Int32']]);
    }
  });

  test('only empty results: the columns of the first that has any', () => {
    const empty = (name: string) => ({ [name]: new Float64Array(0) });
    const out = combineAll([null, {}, empty('p'), empty('q')], { schema, workers: 2 });
    assert.deepEqual([out.numRows, namesOf(out), typesOf(out)], [0, ['p'], ['Float64']]);
  });

  test('a declared schema comes first', () => {
    const declared = new Schema([new Field('d', new Utf8(), true)]);
    assert.deepEqual(namesOf(combineAll([{ p: [] }], { schema, declared })), ['d']);
    assert.deepEqual(namesOf(combineAll([], { schema, declared })), ['d']);
    const out = combineAll([{ e: ['x'] }, { d: ['y'] }], {
      declared: new Schema([new Field('d', new Utf8(), true), new Field('e', new Utf8(), true)]),
    });
    assert.deepEqual(
      [column(out, 'd'), column(out, 'e')],
      [
        [null, 'y'],
        ['x', null],
      ],
    );
  });

  test('empty results among others are dropped, and their columns with them', () => {
    const out = combineAll([{ a: [] }, { b: [1.5] }, { c: [] }]);
    assert.deepEqual(namesOf(out), ['b']);
  });
});

describe('metadata and nullability', () => {
  const unit = new Map([['unit', 'm']]);

  test('of a field: kept from the group that brought it first, through a promotion too', () => {
    const same = combineAll([oneColumn([1], new Int32(), { metadata: unit }), oneColumn([2], new Int32())]);
    assert.deepEqual(same.schema.fields[0].metadata, unit);
    const promoted = combineAll([
      oneColumn([1], new Int32(), { metadata: unit }),
      oneColumn([2], new Float64()),
    ]);
    assert.deepEqual(promoted.schema.fields[0].metadata, unit);
    const fromNull = combineAll([
      oneColumn([null], new Null()),
      oneColumn([2], new Float64(), { metadata: unit }),
    ]);
    assert.deepEqual(fromNull.schema.fields[0].metadata, unit);
  });

  test('of the schema: the input’s', () => {
    const schema = new Schema([], new Map([['unit', 'm']]));
    assert.deepEqual(combineAll([{ x: [1] }], { schema }).schema.metadata, schema.metadata);
    assert.deepEqual(combineAll([], { schema }).schema.metadata, schema.metadata);
  });

  test('a field is never null only where no group says otherwise', () => {
    const never = oneColumn([1], new Int32(), { nullable: false });
    const maybe = oneColumn([null], new Int32());
    for (const workers of [1, 2]) {
      assert.equal(combineAll([never, never], { workers }).schema.fields[0].nullable, false);
      assert.equal(combineAll([never, maybe], { workers }).schema.fields[0].nullable, true);
      assert.equal(combineAll([never, { y: [1] }], { workers }).schema.fields[0].nullable, true);
    }
  });
});

test('two columns of one name are refused or both kept, never mixed', () => {
  const columns = [1, 2].map((x) => vectorFromArray([x], new Int32()).data[0]);
  const schema = new Schema(columns.map(({ type }) => new Field('x', type, true)));
  const table = tableOf(schema, [{ schema, columns, numRows: 1 }]);
  let out: Table;
  try {
    out = combineAll([table, table]);
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'ERR_BAD_RESULT');
    return;
  }
  assert.deepEqual(rowsOf(out), [...rowsOf(table), ...rowsOf(table)]);
  assert.equal(chunksOf(out, 1).length, 1);
});
