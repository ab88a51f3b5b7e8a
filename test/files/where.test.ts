import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Table, tableFromArrays, tableToIPC, vectorFromArray } from 'apache-arrow';
import { dump, scan, type Where } from 'apply-parallel';

const n = 1000;
const day = (k: number) => new Date(Date.UTC(2024, 0, 1) + k * 86_400_000);
const rows = Array.from({ length: n }, (_, i) => ({
  i,
  big: BigInt(i),
  x: i % 7 === 0 ? Number.NaN : i / 10,
  s: i % 11 === 0 ? null : `k${i % 50}`,
  at: day(Math.floor(i / 10)),
  flag: i % 3 === 0,
}));
type Row = (typeof rows)[number];

const cases: readonly [where: Where, test: (row: Row) => boolean][] = [
  [{ i: { gte: 250, lt: 450 } }, ({ i }) => i >= 250 && i < 450],
  [{ i: 7 }, ({ i }) => i === 7],
  [{ i: [7, 8, 5000] }, ({ i }) => i === 7 || i === 8],
  [{ big: { gt: 990 } }, ({ i }) => i > 990],
  [{ big: { lte: 3n }, flag: true }, ({ i }) => i === 0 || i === 3],
  [{ x: { gt: 99 } }, ({ x }) => x > 99],
  [{ x: { ne: 1.1 } }, ({ x }) => x !== 1.1],
  [{ s: null }, ({ s }) => s === null],
  [{ s: { ne: null } }, ({ s }) => s !== null],
  [{ s: ['k3', null] }, ({ s }) => s === null || s === 'k3'],
  [{ s: { gte: 'k48' } }, ({ s }) => s !== null && s >= 'k48'],
  [{ at: { lt: '2024-01-03' } }, ({ i }) => i < 20],
  [{ at: { gte: day(99) } }, ({ i }) => i >= 990],
  [{ i: -1 }, () => false],
  [{}, () => true],
];

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'where-'));
  const table = new Table({
    i: vectorFromArray(Int32Array.from(rows, ({ i }) => i)),
    big: vectorFromArray(BigInt64Array.from(rows, ({ big }) => big)),
    x: vectorFromArray(Float64Array.from(rows, ({ x }) => x)),
    s: vectorFromArray(rows.map(({ s }) => s)),
    at: vectorFromArray(rows.map(({ at }) => at)),
    flag: vectorFromArray(rows.map(({ flag }) => flag)),
  });
  await dump(table, join(folder, 'rows.parquet'));
  const pieces = new Table([0, 1, 2, 3].flatMap((k) => table.slice(k * 250, (k + 1) * 250).batches));
  await writeFile(join(folder, 'rows.arrow'), tableToIPC(pieces, 'file'));
  await writeFile(join(folder, 'rows.arrows'), tableToIPC(pieces, 'stream'));
});
after(() => rm(folder, { recursive: true, force: true }));

describe('where', () => {
  for (const name of ['rows.parquet', 'rows.arrow', 'rows.arrows']) {
    it(`keeps the rows of ${name} that match, and no others`, async () => {
      for (const [where, test] of cases) {
        const table = await (await scan(join(folder, name), { where, columns: ['i'] })).read();
        const got = Array.from(table.getChild('i') ?? []);
        assert.deepEqual(
          got,
          rows.filter(test).map(({ i }) => i),
          JSON.stringify(where, (_, v) => String(v)),
        );
      }
    });
  }

  it('does not open files in folders that cannot match', async () => {
    const root = join(folder, 'hive');
    for (const year of ['2023', '2024']) await mkdir(join(root, `year=${year}`), { recursive: true });
    await writeFile(join(root, 'year=2023', 'torn.parquet'), 'PAR1');
    await dump(tableFromArrays({ x: Int32Array.of(1) }), join(root, 'year=2024', 'a.parquet'));
    const dataset = await scan(root, { where: { year: { gt: 2023 } } });
    assert.deepEqual(dataset.files, [join(root, 'year=2024', 'a.parquet')]);
    assert.equal(dataset.numRows, 1);
    assert.deepEqual(Array.from((await dataset.read()).getChild('year') ?? []), [2024]);
    const both = { year: 2024, x: { gt: 1 } };
    assert.equal((await (await scan(root, { where: both })).read()).numRows, 0);
  });

  it('says what it cannot compare', async () => {
    const path = join(folder, 'rows.parquet');
    await assert.rejects(scan(path, { where: { i: 'seven' } }), {
      code: 'ERR_INVALID_OPTION',
      message: "scan: where.i compares a column of type Int32 with 'seven'",
    });
    await assert.rejects(scan(path, { where: { i: { above: 7 } as object } }), {
      code: 'ERR_INVALID_OPTION',
      message: /^scan: where\.i has the condition 'above'; conditions are eq, ne, gt, gte, lt, lte, as in /,
    });
    for (const [operator, meant] of [
      ['>', '{ gt: … }'],
      ['$lte', '{ lte: … }'],
      ['isin', '[…]'],
      ['notna', '{ ne: null }'],
    ]) {
      await assert.rejects(scan(path, { where: { i: { [operator]: 7 } } }), {
        code: 'ERR_INVALID_OPTION',
        message: `scan: where.i has the condition '${operator}'; did you mean where: { i: ${meant} }?`,
      });
    }
    await assert.rejects(scan(path, { where: 'i > 7' as never }), {
      message: /^scan: where must be an object of columns and their conditions, such as \{ price: /,
    });
    await assert.rejects(scan(path, { where: { ii: 7 } }), { code: 'ERR_UNKNOWN_COLUMN' });
  });
});
