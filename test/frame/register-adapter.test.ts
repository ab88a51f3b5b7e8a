// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Table, tableFromArrays } from 'apache-arrow';
import { ApplyError, applyParallel, type FrameAdapter, groupby, registerAdapter } from 'apply-parallel';
import { foreignArrow } from '../support/foreign-arrow.js';
import { Grid } from './support/grid.js';

const sales = () =>
  new Grid(
    ['k', 'x'],
    [
      ['b', 1],
      ['a', 2],
      ['b', 3],
    ],
  );

class Box {
  constructor(readonly table: Table) {}
}
const box: FrameAdapter<Box> = {
  kind: 'box',
  matches: (value): value is Box => value instanceof Box,
  toArrow: ({ table }) => table,
  fromArrow: (table) => new Box(table),
};
const refused = (adapter: unknown, message: RegExp) =>
  assert.throws(
    () => registerAdapter(adapter as FrameAdapter),
    (error) =>
      error instanceof ApplyError && error.code === 'ERR_INVALID_OPTION' && message.test(error.message),
  );

describe('registerAdapter', () => {
  test('frames of a registered kind are grouped, given, returned and captured, in workers too', async () => {
    const rates = new Grid(['k', 'rate'], [['b', 10]]);
    for (const nJobs of [1, 2]) {
      const result = await applyParallel(
        groupby(sales(), 'k'),
        (grid) => {
          const rate = rates.rows[0][1] as number;
          return new Grid(
            [...grid.names, 'y'],
            grid.rows.map((row) => [...row, (row[1] as number) * rate]),
          );
        },
        { nJobs },
      );
      assert.ok(result instanceof Grid);
      assert.deepEqual(result.names, ['k', 'x', 'y']);
      assert.deepEqual(result.rows, [
        ['a', 2, 20],
        ['b', 1, 10],
        ['b', 3, 30],
      ]);
    }
  });

  test('its word counts in input and output, for frames of other kinds', async () => {
    const table = tableFromArrays({ k: ['a', 'b'], x: [1, 2] });
    const result = await applyParallel(groupby(table, 'k'), (grid) => ({ rows: grid.rows.length }), {
      input: 'grid',
      output: 'grid',
      nJobs: 2,
    });
    assert.deepEqual(result.rows, [[1], [1]]);
  });

  test('without a module, workers cannot have it, and the error says what to do', async () => {
    registerAdapter(box);
    const boxed = new Box(tableFromArrays({ k: ['a', 'b'], x: [1, 2] }));
    const inline = await applyParallel(groupby(boxed, 'k'), (g) => g, { nJobs: 1 });
    assert.equal(inline.table.numRows, 2);
    const columns = await applyParallel(groupby(boxed, 'k'), (g) => g, { nJobs: 2, input: 'columns' });
    assert.equal(columns.table.numRows, 2);
    await assert.rejects(
      applyParallel(groupby(boxed, 'k'), (g) => g, { nJobs: 2 }),
      (error) =>
        error instanceof ApplyError &&
        error.code === 'ERR_UNSHIPPABLE' &&
        /module: import.meta.url/.test(error.message),
    );
  });

  test('a module that cannot be imported, or registers nothing, is named', async () => {
    const boxed = new Box(tableFromArrays({ k: ['a', 'b'] }));
    for (const [module, message] of [
      ['data:text/javascript,0', /does not register frames of kind 'box'/],
      ['data:text/javascript,throw 7', /could not be imported in a worker: 7/],
    ] as const) {
      registerAdapter({ ...box, module });
      await assert.rejects(
        applyParallel(groupby(boxed, 'k'), (g) => g, { nJobs: 2 }),
        message,
      );
    }
    registerAdapter(box);
  });

  test('an adapter may work with another copy of apache-arrow', async () => {
    const foreign = await foreignArrow();
    registerAdapter({
      ...box,
      toArrow: () => foreign.tableFromArrays({ k: ['a'], x: [1] }) as unknown as Table,
    });
    const [[, group]] = groupby(new Box(new Table()), 'k');
    assert.ok(group.table instanceof Table);
    registerAdapter({ ...box, toArrow: () => 7 as unknown as Table });
    assert.throws(
      () => groupby(new Box(new Table()), 'k'),
      /must return an Arrow table from toArrow, and returned 7/,
    );
  });

  test('what it is given is checked', () => {
    refused(null, /takes an adapter, got null/);
    refused({ ...box, kind: '' }, /kind must be a word/);
    refused({ ...box, kind: 'arrow' }, /'arrow' is taken/);
    refused({ ...box, matches: undefined }, /matches must be a function/);
    refused({ ...box, load: 1 }, /load must be a function/);
    refused({ ...box, module: './box.js' }, /module must be a URL/);
    refused({ ...box, module: pathToFileURL(process.argv[1]).href }, /the script that is run/);
  });
});
