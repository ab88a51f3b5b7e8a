// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Table as ArrowTable, type Table, TimestampMillisecond, vectorFromArray } from 'apache-arrow';
import {
  applyParallel,
  type Dataset,
  groupby,
  mapBatches,
  scan,
  shutdown,
  writeDataset,
} from 'apply-parallel';
import { assertTablesEqual } from '../support/table-equal.js';

/*
 * Results are joined and written some 256,000 rows at a time. Their types have to be those that all have
 * together in memory, though no type may hold those of two such parts.
 */

const folder = mkdtempSync(join(tmpdir(), 'write-types-'));
after(() => rmSync(folder, { recursive: true, force: true }));
after(shutdown);

const GROUPS = 70;
const ROWS = 10_000;
const n = GROUPS * ROWS;
let table: Table;
let dataset: Dataset;
before(async () => {
  const columns = {
    k: vectorFromArray(Int32Array.from({ length: n }, (_, i) => Math.floor(i / ROWS))),
    id: vectorFromArray(Int32Array.from({ length: n }, (_, i) => i)),
    // Functions see these as numbers.
    day: vectorFromArray(
      Array.from({ length: n }, (_, i) => 1.7e12 + (i % 50) * 1000),
      new TimestampMillisecond(),
    ),
  };
  table = new ArrowTable(columns) as unknown as Table;
  dataset = await writeDataset(table, { path: join(folder, 'table.parquet'), rowGroupRows: 100_000 });
});

interface Group {
  readonly id: Int32Array;
  readonly k: Int32Array;
  readonly day: ArrayLike<number>;
}
type Fn = (g: Group, context: { readonly index: number }) => object | null;

const cases: Record<string, Fn> = {
  'times in some groups and numbers in others, which a finer unit holds': (g, { index }) => ({
    id: g.id,
    day: index < 30 || index > 60 ? g.day : Array.from(g.day, (day) => day + 0.5),
  }),
  'times in some groups and numbers in others, which are no times': (g, { index }) => ({
    id: g.id,
    day: index < 30 || index > 60 ? g.day : Array.from(g.day, (day) => day + 1 / 3),
  }),
  'nulls alone at first, and text later': (g, { index }) => ({
    id: index < 40 ? new Array(g.id.length).fill(null) : Array.from(g.id, String),
    day: index < 40 ? new Array(g.id.length).fill(null) : Array.from(g.id, String),
  }),
  'nulls alone in a column of the table': (g) => ({ id: g.id, day: new Array(g.id.length).fill(null) }),
  'a narrower type than the table has, behind nulls': (g, { index }) => ({
    id: index < 40 ? new Array(g.id.length).fill(null) : Int8Array.from(g.id, (id) => id % 100),
  }),
  'integers that only the floats of later groups hold': (g, { index }) => ({
    id:
      index < 27
        ? BigInt64Array.from(g.id, (id) => -BigInt(id))
        : index < 60
          ? BigUint64Array.from(g.id, BigInt)
          : Float64Array.from(g.id),
  }),
};

const inAllFormats = new Set(Object.keys(cases).filter((name) => /no times|integers/.test(name)));

describe('types of results that are written part by part', () => {
  let count = 0;
  const pathOf = (ending: string) => join(folder, `${count++}${ending}`);
  const read = async (path: string) => (await scan(path)).read();
  const inMemory = async (fn: Fn) =>
    (await applyParallel(groupby(table, 'k'), fn as never, { input: 'columns' })) as unknown as Table;
  const nothingElseIsLeft = () =>
    assert.deepEqual(
      readdirSync(folder).filter((file) => !/^(\d+|table)(\.[a-z]+)*$/.test(file)),
      [],
    );

  for (const [name, fn] of Object.entries(cases)) {
    it(`${name}: groups`, async () => {
      const path = pathOf('.arrow');
      await applyParallel(groupby(table, 'k'), fn as never, { input: 'columns', to: path });
      assertTablesEqual(await read(path), await inMemory(fn));
      nothingElseIsLeft();
    });

    it(`${name}: groups that are spilled`, async () => {
      const [path, spillTo] = [pathOf('.arrow'), pathOf('')];
      const options = { input: 'columns', to: path, memoryLimit: '4MB', spillTo } as const;
      await applyParallel(groupby(dataset, 'k'), fn as never, options);
      const written = await read(path);
      assertTablesEqual(written, await inMemory(fn));
      assert.equal(existsSync(spillTo), false);
    });

    it(`${name}: batches`, async () => {
      const path = pathOf('.arrow');
      const options = { batchRows: ROWS, input: 'columns' } as const;
      const frames = () => Array.from({ length: GROUPS }, (_, g) => table.slice(g * ROWS, (g + 1) * ROWS));
      const expected = (await mapBatches(frames(), fn as never, options)) as unknown as Table;
      await mapBatches(frames(), fn as never, { ...options, to: path });
      assertTablesEqual(await read(path), expected);
    });

    if (!inAllFormats.has(name)) continue;
    it(`${name}: Parquet`, async () => {
      const [path, whole] = [pathOf('.parquet'), pathOf('.parquet')];
      await applyParallel(groupby(table, 'k'), fn as never, { input: 'columns', to: path });
      await writeDataset(await inMemory(fn), whole);
      assertTablesEqual(await read(path), await read(whole));
    });

    it(`${name}: CSV`, async () => {
      const [path, zipped, whole] = [pathOf('.csv'), pathOf('.csv.gz'), pathOf('.csv')];
      await applyParallel(groupby(table, 'k'), fn as never, { input: 'columns', to: path });
      await applyParallel(groupby(table, 'k'), fn as never, { input: 'columns', to: zipped });
      await writeDataset(await inMemory(fn), whole);
      assert.ok(readFileSync(path).equals(readFileSync(whole)), 'the same text');
      assert.ok(gunzipSync(readFileSync(zipped)).equals(readFileSync(whole)), 'the same compressed text');
    });

    it(`${name}: folders`, async () => {
      const [path, whole] = [pathOf(''), pathOf('')];
      const half: Fn = (g, context) => ({ ...fn(g, context), half: g.k.map((k) => k % 2) });
      const to = (folder: string) => ({ path: folder, format: 'arrow', partitionBy: 'half' }) as const;
      await applyParallel(groupby(table, 'k'), half as never, { input: 'columns', to: to(path) });
      await writeDataset(await inMemory(half), to(whole));
      assertTablesEqual(await read(path), await read(whole));
      nothingElseIsLeft();
    });
  }

  it('fails as soon as nothing that comes can hold the values of both', async () => {
    const wrong: [Fn, RegExp][] = [
      [
        (g, { index }) => ({ y: index < 30 ? g.id : Array.from(g.id, String) }),
        /'y' is Int32 .* and Utf8 in/,
      ],
      [(g, { index }) => ({ y: index < 30 ? g.id : g.day }), /'y' is Int32 .* and Timestamp<MILLISECOND> in/],
    ];
    for (const [fn, message] of wrong) {
      const path = pathOf('.parquet');
      await assert.rejects(applyParallel(groupby(table, 'k'), fn as never, { input: 'columns', to: path }), {
        code: 'ERR_SCHEMA_MISMATCH',
        message,
      });
      assert.ok(!existsSync(path));
      nothingElseIsLeft();
    }
  });

  it('fails in the end if nothing holds all', async () => {
    const big = -(2n ** 60n);
    const fn: Fn = (g, { index }) => ({
      y: index < 27 ? BigInt64Array.from(g.id, () => big) : BigUint64Array.from(g.id, BigInt),
    });
    const path = pathOf('.parquet');
    await assert.rejects(applyParallel(groupby(table, 'k'), fn as never, { input: 'columns', to: path }), {
      code: 'ERR_SCHEMA_MISMATCH',
      message: /column 'y' is Int64 .* and Uint64 in the results of groups/,
    });
    assert.ok(!existsSync(path));
    nothingElseIsLeft();
  });
});
