// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  Table as ArrowTable,
  Dictionary,
  Int32,
  type Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { applyParallel, groupby } from 'apply-parallel';
import * as aq from 'arquero';
import { arqueroAdapter } from '#dist/frame/arquero-adapter.js';

const toArrow = (frame: unknown): Table => arqueroAdapter.toArrow(frame as never);
const types = (table: Table) => table.schema.fields.map(({ name, type }) => `${name}: ${type}`);

const sales = () =>
  aq.table({
    when: [new Date(5), new Date(4), null, new Date(2)],
    city: ['b', 'a', 'b', null],
    price: [1.5, 2, null, 4],
    n: Int32Array.of(1, 2, 3, 4),
    big: [1n, 2n, 3n, 4n],
    tags: [['x'], [], null, ['y', 'z']],
  });

describe('arquero', () => {
  test('columns are typed by their values', () => {
    assert.deepEqual(types(toArrow(sales())), [
      'when: Timestamp<MILLISECOND>',
      'city: Utf8',
      'price: Float64',
      'n: Int32',
      'big: Int64',
      'tags: List<Utf8>',
    ]);
  });

  test('goes in and comes out of a call, in this thread and in workers', async () => {
    for (const nJobs of [1, 2]) {
      const result = await applyParallel(
        groupby(sales(), 'city'),
        (group) => {
          if (!(group.column('n') instanceof Int32Array)) throw new Error('n is no Int32Array any more');
          return group.derive({ twice: (d: { price: number }) => d.price * 2 });
        },
        { nJobs },
      );
      assert.deepEqual(result.columnNames(), ['when', 'city', 'price', 'n', 'big', 'tags', 'twice']);
      assert.deepEqual(result.objects(), [
        { when: new Date(4), city: 'a', price: 2, n: 2, big: 2n, tags: [], twice: 4 },
        { when: new Date(5), city: 'b', price: 1.5, n: 1, big: 1n, tags: ['x'], twice: 3 },
        { when: null, city: 'b', price: null, n: 3, big: 3n, tags: null, twice: 0 },
      ]);
      assert.ok(result.column('n') instanceof Int32Array);
      assert.ok(Array.isArray(result.column('price')));
    }
  });

  test('what a filter leaves counts, in the order of orderby', () => {
    const table = sales()
      .filter((d: { n: number }) => d.n > 1)
      .orderby(aq.desc('n'));
    assert.deepEqual([...(toArrow(table).getChild('n') ?? [])], [4, 3, 2]);
  });

  test('columns over Arrow stay Arrow columns of their types, dictionaries too', async () => {
    const arrow = new ArrowTable({
      k: vectorFromArray(['a', 'b', 'a'], new Dictionary(new Utf8(), new Int32())),
      x: vectorFromArray([1, null, 3], new Int32()),
    });
    for (const table of [aq.fromArrow(tableToIPC(arrow)), aq.fromArrow(arrow as never)]) {
      assert.deepEqual(types(toArrow(table)), ['k: Dictionary<Int32, Utf8>', 'x: Int32']);
      const result = await applyParallel(groupby(table, 'k'), (group) => group, { nJobs: 2 });
      assert.deepEqual(types(toArrow(result)), ['k: Dictionary<Int32, Utf8>', 'x: Int32']);
      assert.deepEqual(result.objects(), [
        { k: 'a', x: 1 },
        { k: 'a', x: 3 },
        { k: 'b', x: null },
      ]);
    }
  });

  test('a table without rows keeps its columns, one without columns is one', async () => {
    const result = await applyParallel(groupby(sales(), 'city'), () => null, { nJobs: 1 });
    assert.equal(result.numRows(), 0);
    assert.deepEqual(result.columnNames(), sales().columnNames());
    assert.equal(toArrow(aq.table({})).numCols, 0);
  });

  test('a captured table reaches the worker as one', async () => {
    const prices = aq.table({ city: ['a', 'b'], tax: [0.1, 0.2] });
    const result = await applyParallel(
      groupby(sales(), 'city'),
      (group) => group.join(prices, 'city').select('city', 'tax'),
      {
        nJobs: 2,
      },
    );
    assert.deepEqual(
      result.objects().map((row) => (row as { tax: number }).tax),
      [0.1, 0.2, 0.2],
    );
  });
});
