// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type Table, Type, tableFromIPC, tableToIPC } from 'apache-arrow';
import { applyParallel, type Columns, groupby, load, shutdown } from 'apply-parallel';
import { readParquet } from 'parquet-wasm';
import { chunksOf, typeName } from '../support/cells.js';
import { stored } from '../support/stored.js';

/*
 * Files that pyarrow, polars and DuckDB wrote: fixtures/make_foreign.py. What is in them, they say
 * themselves, in JSON.
 */

const folder = join(import.meta.dirname, '..', '..', 'fixtures', 'foreign');
const files = readdirSync(folder).filter((name) => /\.(arrow|parquet)$/.test(name));

type Expected = { readonly [name: string]: { readonly type: string; readonly values: readonly unknown[] } };

const expectedOf = (file: string): Expected => JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8'));

function read(file: string): Table {
  const bytes = readFileSync(join(folder, file));
  return tableFromIPC(file.endsWith('.parquet') ? readParquet(bytes).intoIPCStream() : bytes);
}

const python = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY } as const;

/** Floats are told from other numbers by the column's type. */
function values(table: Table, column: number): unknown[] {
  return chunksOf(table, column).flatMap((data) =>
    Array.from({ length: data.length }, (_, row) => stored(data, row)),
  );
}

function floats(value: unknown): unknown {
  if (typeof value === 'string')
    return value in python ? python[value as keyof typeof python] : Number(value);
  return value;
}

function assertHolds(table: Table, expected: Expected, rows: readonly number[]): void {
  assert.deepEqual(table.schema.names, Object.keys(expected));
  table.schema.fields.forEach(({ name, type }, k) => {
    const wanted = rows.map((row) => expected[name].values[row]);
    if (type.typeId === Type.Float) assert.deepEqual(values(table, k), wanted.map(floats), name);
    else if (name === 'pair') {
      const pairs = wanted as ({ x: unknown; y: unknown } | null)[];
      assert.deepEqual(
        values(table, k),
        pairs.map((pair) => pair && { ...pair, x: floats(pair.x) }),
        name,
      );
    } else assert.deepEqual(values(table, k), wanted, name);
  });
}

/** The rows ordered by k; those without a key belong to no group. */
function byKey(expected: Expected): number[] {
  const keys = expected.k.values as (string | null)[];
  const rows = keys.flatMap((key, row) => (key === null ? [] : [{ key, row }]));
  return rows.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.row - b.row)).map(({ row }) => row);
}

const typesOf = (table: Table) => table.schema.fields.map(({ name, type }) => `${name}: ${typeName(type)}`);

const candidates = [process.env.APPLY_PARALLEL_PYTHON];
const interpreter = candidates.find((path) => path !== undefined && existsSync(path));

describe('files of other implementations', () => {
  after(shutdown);
  const scratch = mkdtempSync(join(tmpdir(), 'apply-parallel-foreign-'));
  after(() => rmSync(scratch, { recursive: true }));

  test('there are some of each', () => {
    for (const writer of ['pyarrow', 'polars', 'duckdb']) {
      for (const kind of ['arrow', 'parquet']) assert.ok(files.includes(`${writer}.${kind}`));
    }
  });

  for (const file of files) {
    test(`${file}: loaded`, async () => {
      const expected = expectedOf(file);
      const rows = expected.k.values.map((_, row) => row);
      assertHolds(await load<Table>(join(folder, file)), expected, rows);
    });

    test(`${file}: read, grouped, applied and written back equal`, async () => {
      const expected = expectedOf(file);
      const table = read(file);
      assertHolds(
        table,
        expected,
        expected.k.values.map((_, row) => row),
      );
      for (const backend of ['inline', 'threads'] as const) {
        const options = { backend, nJobs: 2 };
        const results = [
          await applyParallel(groupby(table, 'k'), (group) => group, options),
          await applyParallel(groupby(table, 'k'), (group: Columns) => ({ ...group }), {
            ...options,
            input: 'columns',
          }),
        ];
        for (const result of results) {
          assert.deepEqual(typesOf(result), typesOf(table));
          assert.deepEqual(result.schema.metadata, table.schema.metadata);
          assertHolds(result, expected, byKey(expected));
          const again = tableFromIPC(tableToIPC(result, 'file'));
          assert.deepEqual(typesOf(again), typesOf(table));
          assertHolds(again, expected, byKey(expected));
        }
      }
    });
  }

  const skip = interpreter ? false : 'APPLY_PARALLEL_PYTHON names no Python with pyarrow';
  for (const file of files.filter((name) => name.endsWith('.arrow'))) {
    test(`${file}: pyarrow finds in ours what is in theirs`, { skip }, async () => {
      const result = await applyParallel(groupby(read(file), 'k'), (group) => group, { nJobs: 2 });
      const ours = join(scratch, file);
      writeFileSync(ours, tableToIPC(result, 'file'));
      const script = join(folder, '..', 'make_foreign.py');
      const said = execFileSync(interpreter as string, ['-B', script, ours, join(folder, file)], {
        encoding: 'utf8',
      });
      assert.equal(said.trim(), 'equal');
    });
  }
});
