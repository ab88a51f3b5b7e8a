import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type DataType,
  DateDay,
  Dictionary,
  Field,
  Int8,
  Int32,
  List,
  Map_,
  Null,
  Struct,
  Table,
  Timestamp,
  TimeUnit,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { applyParallel, groupby } from 'apply-parallel';
import { withKnownTypes } from '#dist/combine/known-types.js';
import { mapEntries } from '../support/arrow-types.js';
import { typeName } from '../support/cells.js';

const field = (name: string, type: DataType, metadata = new Map<string, string>()) =>
  new Field(name, type, true, metadata);
const list = (type: DataType) => new List(field('item', type));
const struct = (members: { [name: string]: DataType }) =>
  new Struct(Object.entries(members).map(([name, type]) => field(name, type)));
const map = (values: DataType) => new Map_(mapEntries(values) as never);

test('parts that are null throughout have the type of the table', () => {
  const none = new Null();
  const cases: [type: DataType, known: DataType, expected: DataType][] = [
    [none, new Timestamp(TimeUnit.SECOND), new Timestamp(TimeUnit.SECOND)],
    [list(none), list(new Int8()), list(new Int8())],
    [
      struct({ b: none, a: new Int8(), c: none }),
      struct({ a: new Utf8(), b: new Int32() }),
      struct({ b: new Int32(), a: new Int8(), c: none }),
    ],
    [map(list(none)), map(list(new Utf8())), map(list(new Utf8()))],
    [list(struct({ a: none })), list(struct({ a: list(new Int8()) })), list(struct({ a: list(new Int8()) }))],
    [list(none), new Utf8(), list(none)],
    [new Int8(), new Int32(), new Int8()],
    [
      new Dictionary(new Utf8(), new Int8()),
      new Dictionary(new Utf8(), new Int32()),
      new Dictionary(new Utf8(), new Int8()),
    ],
  ];
  for (const [type, known, expected] of cases) {
    assert.equal(typeName(withKnownTypes(field('x', type), field('x', known)).type), typeName(expected));
  }
  const known = withKnownTypes(field('x', none), field('y', new DateDay(), new Map([['unit', 'd']])));
  assert.deepEqual([known.name, known.metadata.get('unit')], ['x', 'd']);
});

test('results without rows have them too, under the names of the table', async () => {
  const table = new Table({
    k: vectorFromArray([1, 2], new Int8()),
    x: vectorFromArray(['a', 'b'], new Dictionary(new Utf8(), new Int8())),
  });
  for (const input of ['columns', 'records', 'arrow', 'danfo'] as const) {
    const options = { input, output: 'arrow', nJobs: 1 } as const;
    const out = await applyParallel(groupby(table, 'k'), () => ({ x: [], k: [], y: [] }), options);
    const types = out.schema.fields.map(({ type }) => String(type));
    assert.deepEqual(types, ['Dictionary<Int8, Utf8>', 'Int8', 'Null']);
    const nulls = await applyParallel(groupby(table, 'k'), () => ({ k: [1], x: [null] }), options);
    assert.equal(String(nulls.schema.fields[1].type), 'Dictionary<Int8, Utf8>');
  }
});
