// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import {
  Dictionary,
  Int32,
  RecordBatch,
  Schema,
  Table,
  tableFromArrays,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import {
  applyParallel,
  dump,
  groupby,
  hash,
  load,
  reduceMemory,
  registerAdapter,
  shareTable,
  shutdown,
  toHTML,
} from 'apply-parallel';
import { foreignArrow } from '../support/foreign-arrow.js';

/*
 * Tables without rows, by each door. apache-arrow puts Vectors where Data should be into some of them, and no
 * record batch at all into others.
 */

after(() => shutdown());

class Shelf {
  constructor(readonly table: Table) {}
}

registerAdapter<Shelf>({
  kind: 'shelf',
  matches: (value): value is Shelf => value instanceof Shelf,
  toArrow: ({ table }) => table,
  fromArrow: (table) => new Shelf(table),
});

const other = await foreignArrow();
const ofArrays = () => tableFromArrays({ k: new Int32Array(0), x: [] });
const columns = () => ({
  k: vectorFromArray([], new Int32()),
  d: vectorFromArray([], new Dictionary(new Utf8(), new Int32())),
});

const empties: Record<string, () => Table> = {
  'tableFromArrays of typed arrays and arrays': ofArrays,
  'a Table of vectors': () => new Table(columns()),
  'a Table of a schema': () => new Table(new Schema(ofArrays().schema.fields)),
  'a Table of a record batch of vectors': () =>
    new Table([new RecordBatch({ k: vectorFromArray([], new Int32()) as never })]),
  'a table of another copy of apache-arrow': () =>
    other.tableFromArrays({ k: new Int32Array(0) }) as unknown as Table,
};

const filled = tableFromArrays({ k: Int32Array.of(1, 2) });
const typesOf = ({ schema }: Table) => schema.fields.map(({ name, type }) => `${name}: ${type}`);

for (const [name, make] of Object.entries(empties)) {
  describe(name, () => {
    const types = typesOf(make());

    for (const nJobs of [1, 2]) {
      test(`as an input, nJobs: ${nJobs}`, async () => {
        assert.equal(groupby(make(), 'k').size, 0);
        for (const input of ['arrow', 'columns'] as const) {
          const out = await applyParallel(groupby(make(), 'k'), (group: object) => group, {
            nJobs,
            input,
            output: 'arrow',
          });
          assert.deepEqual([out.numRows, typesOf(out)], [0, types]);
        }
      });

      test(`as a group of an iterable, nJobs: ${nJobs}`, async () => {
        const out = await applyParallel(
          [
            ['a', make()],
            ['b', filled],
          ] as [string, Table][],
          (group: Table) => group,
          { nJobs, output: 'arrow' },
        );
        assert.deepEqual([...(out.getChild('k') ?? [])], [1, 2]);
      });
    }

    // Workers could not make these tables; this thread hands them out.
    test('as a result of all groups, and of some', async () => {
      const byKey = groupby(filled, 'k');
      const all = await applyParallel(byKey, () => make(), { nJobs: 1 });
      assert.deepEqual([all.numRows, typesOf(all)], [0, types]);
      const some = await applyParallel(byKey, (group, { index }) => (index ? group : make()), { nJobs: 1 });
      assert.deepEqual([...(some.getChild('k') ?? [])], [2]);
    });

    test('as a table that a function captures', async () => {
      const captured = make();
      const fn = (group: Table) => ({ rows: [captured.numRows + group.numRows], cols: [captured.numCols] });
      const out = await applyParallel(groupby(filled, 'k'), fn, { nJobs: 2 });
      assert.deepEqual([...(out.getChild('rows') ?? [])], [1, 1]);
      assert.deepEqual([...(out.getChild('cols') ?? [])], [types.length, types.length]);
    });

    test('in reduceMemory, shareTable, hash, toHTML and dump', async () => {
      assert.equal(reduceMemory(make()).numRows, 0);
      assert.deepEqual(typesOf(shareTable(make())), types);
      assert.equal(hash(make()), hash(make()));
      assert.match(toHTML(make()), /k/);
      const file = join(tmpdir(), `apply-parallel-empty-${process.pid}`);
      await dump(make(), file);
      assert.deepEqual(typesOf((await load(file)) as Table), types);
      await rm(file);
    });

    test('from an adapter of the user', async () => {
      const shelf = new Shelf(make());
      assert.equal(groupby(shelf, 'k').size, 0);
      const out = await applyParallel(groupby(filled, 'k'), () => shelf, { nJobs: 1 });
      assert.equal(out.numRows, 0);
    });
  });
}

test('functions in workers may return such tables', async () => {
  const out = await applyParallel(
    groupby(filled, 'k'),
    (group: Table, { index }) =>
      index ? group : [tableFromArrays({ y: new Float64Array(0) }), new Table({ y: vectorFromArray([]) })][0],
    { nJobs: 2 },
  );
  assert.deepEqual([...(out.getChild('k') ?? [])], [2]);
});

test('the record batch of such a table is a frame too', () => {
  for (const make of Object.values(empties)) {
    const [batch] = make().batches;
    if (batch) assert.equal(groupby(batch, 'k').size, 0);
  }
});

test('a category that no row has is a group of a table without rows', () => {
  const d = vectorFromArray(['a', 'b'], new Dictionary(new Utf8(), new Int32())).slice(0, 0);
  assert.deepEqual(groupby(new Table({ d }), 'd', { observed: false }).keys, ['a', 'b']);
});
