// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as flechette from '@uwdata/flechette';
import { type Table, tableFromIPC, vectorFromArray } from 'apache-arrow';
import { ApplyError, applyParallel, groupby } from 'apply-parallel';
import fc from 'fast-check';
import { toIpcStream } from '#dist/arrow/ipc.js';
import { flechetteAdapter } from '#dist/frame/flechette-adapter.js';
import { streamOf } from '../persist/support/endian.js';
import { rowsOf, typeName } from '../support/cells.js';
import { anyTable, anyType } from '../support/random-tables.js';

const toArrow = (frame: unknown): Table => flechetteAdapter.toArrow(frame as never);
const types = (table: Table) => table.schema.fields.map(({ name, type }) => `${name}: ${typeName(type)}`);
const asFlechette = (table: Table, options = {}) => flechette.tableFromIPC(toIpcStream(table), options);

/** Without these, flechette throws for whatever a number does not hold. */
const exact = { useBigInt: true, useBigIntTimestamp: true, useDecimalInt: true };

/**
 * Of a dictionary flechette reads all values at once, and has no way to read these as anything but numbers.
 */
const beyondNumbers = /ictionary<(?:\w+, )?(?:Date64|Interval)/;
const readable = anyType.filter((type) => !beyondNumbers.test(typeName(type)));

/** What the IPC format can carry of a table; apache-arrow's own reader says. */
const throughIpc = (table: Table): Table => tableFromIPC(toIpcStream(table));

describe('flechette', () => {
  test('tables of big-endian data are refused: flechette reads their numbers byte-swapped', () => {
    assert.equal(toArrow(flechette.tableFromIPC(streamOf(0))).numRows, 0);
    assert.throws(() => toArrow(flechette.tableFromIPC(streamOf(1))), {
      code: 'ERR_UNSUPPORTED',
      message: /this flechette table are big-endian/,
    });
  });

  test('is known by its shape, and nothing else is', () => {
    const table = flechette.tableFromArrays({ x: [1] });
    assert.ok(flechetteAdapter.matches(table));
    for (const other of [{}, [], null, { names: [], children: [] }, vectorFromArray([1])]) {
      assert.ok(!flechetteAdapter.matches(other));
    }
  });

  test('every type it shares with apache-arrow is read from its buffers as apache-arrow reads the file', () => {
    fc.assert(
      fc.property(anyTable({ maxRows: 12, minColumns: 1, type: readable }), (table) => {
        const expected = throughIpc(table);
        const actual = toArrow(asFlechette(expected, exact));
        assert.deepEqual(types(actual), types(expected));
        assert.deepEqual(rowsOf(actual), rowsOf(expected));
        actual.schema.metadata.delete('flechette.options');
        assert.deepEqual([...actual.schema.metadata], [...expected.schema.metadata]);
      }),
      { numRuns: 300, seed: 6 },
    );
  });

  test('goes in and comes out of a call: kind, types, column order, values', async () => {
    const table = flechette.tableFromArrays(
      { z: ['b', 'a', 'b', null], n: [1, 2, 3, 4], big: [1n, 2n, 2n ** 60n, 4n] },
      { types: { z: flechette.utf8(), n: flechette.int16(), big: flechette.int64() }, useBigInt: true },
    );
    for (const nJobs of [1, 2]) {
      const result = await applyParallel(
        groupby(table, 'z'),
        (group) => {
          if (group.constructor.name !== 'Table' || !Array.isArray(group.children))
            throw new Error('no flechette table');
          if (typeof group.getChild('big').at(0) !== 'bigint') throw new Error('useBigInt was lost');
          return group;
        },
        { nJobs },
      );
      assert.ok(result instanceof flechette.Table);
      assert.deepEqual(result.names, ['z', 'n', 'big']);
      assert.deepEqual(
        result.schema.fields.map(({ type }) => [type.typeId, (type as { bitWidth?: number }).bitWidth]),
        table.schema.fields.map(({ type }) => [type.typeId, (type as { bitWidth?: number }).bitWidth]),
      );
      assert.deepEqual(result.toColumns().big, BigInt64Array.of(2n, 1n, 2n ** 60n));
      assert.deepEqual([...result.getChild('z')], ['a', 'b', 'b']);
      assert.deepEqual([...(result.schema.metadata ?? [])], []);
    }
  });

  test('options it was read with are kept: Dates, Maps, decimals', async () => {
    const dates = flechette.tableFromArrays({ k: [1, 1], d: [new Date(5), null] }, { useDate: true });
    const isDate = await applyParallel(
      groupby(dates, 'k'),
      (g) => ({ d: g.getChild('d').at(0) instanceof Date }),
      {
        nJobs: 1,
      },
    );
    assert.deepEqual([...isDate.getChild('d')], [true]);
  });

  test('groups can be looked at one by one, and frames asked for by output', async () => {
    const rows = [{ k: 'a', x: 1 }];
    const table = await applyParallel(groupby(rows, 'k'), (r) => r, { output: 'flechette', nJobs: 1 });
    assert.ok(flechetteAdapter.matches(table));
    const [[key, frame]] = groupby(table, 'k');
    assert.equal(key, 'a');
    assert.ok(flechetteAdapter.matches(frame));
  });

  test('layouts apache-arrow has no class for are refused by name', () => {
    const field = flechette.field('lists', flechette.listView(flechette.int32()));
    const table = new flechette.Table(
      { version: 4, endianness: 0, fields: [field], metadata: null } as never,
      [new flechette.Column([], field.type)],
    );
    assert.throws(
      () => groupby(table, 'lists'),
      (error) =>
        error instanceof ApplyError &&
        error.code === 'ERR_NOT_A_FRAME' &&
        /'lists' is a list view/.test(error.message),
    );
  });

  test('a dictionary is a dictionary', () => {
    const table = flechette.tableFromArrays(
      { c: ['a', 'b', 'a'] },
      { types: { c: flechette.dictionary(flechette.utf8()) } },
    );
    const [chunk] = toArrow(table).batches.map((batch) => batch.data.children[0]);
    assert.equal(chunk.dictionary?.length, 2);
  });
});
