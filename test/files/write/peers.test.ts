import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
  Bool,
  type DataType,
  DateDay,
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int8,
  Int64,
  LargeUtf8,
  List,
  Map_,
  Struct,
  Table,
  TimestampMicrosecond,
  Uint64,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { shutdown, writeDataset } from 'apply-parallel';
import { rowsOf } from '../../support/cells.js';

const candidates = [process.env.APPLY_PARALLEL_PYTHON];
const interpreter = candidates.find((path) => path !== undefined && existsSync(path));
const skip = interpreter ? false : 'APPLY_PARALLEL_PYTHON names no Python with pyarrow, polars and duckdb';

const folder = mkdtempSync(join(tmpdir(), 'peers-'));
after(() => rmSync(folder, { recursive: true, force: true }));
after(shutdown);

const n = 5000;
const each = <T>(value: (i: number) => T) =>
  Array.from({ length: n }, (_, i) => (i % 13 === 5 ? null : value(i)));
const table = new Table({
  id: vectorFromArray(
    each((i) => i % 100),
    new Int8(),
  ),
  big: vectorFromArray(
    each((i) => BigInt(i) ** 4n),
    new Int64(),
  ),
  huge: vectorFromArray(
    each((i) => 2n ** 64n - 1n - BigInt(i)),
    new Uint64(),
  ),
  x: vectorFromArray(
    each((i) => i / 7),
    new Float64(),
  ),
  y: vectorFromArray(
    each((i) => (i % 3 === 0 ? -i / 8 : i)),
    new Float32(),
  ),
  flag: vectorFromArray(
    each((i) => i % 3 === 0),
    new Bool(),
  ),
  text: vectorFromArray(
    each((i) => `käse "${i}",\n`),
    new Utf8(),
  ),
  name: vectorFromArray(
    each((i) => `n${i % 20}`),
    new LargeUtf8(),
  ),
  kind: vectorFromArray(
    each((i) => `k${(i * 7) % 11}`),
    new Dictionary(new Utf8(), new Int8()),
  ),
  day: vectorFromArray(
    each((i) => i * 86_400_000),
    new DateDay(),
  ),
  time: vectorFromArray(
    each((i) => i * 1000.5),
    new TimestampMicrosecond(),
  ),
  part: vectorFromArray(
    Array.from({ length: n }, (_, i) => i % 3),
    new Int8(),
  ),
});

/** Reads the files with each library, compares them with the Arrow file, and checks the statistics. */
const script = `
import sys, glob, pyarrow as pa, pyarrow.feather as pf, pyarrow.parquet as pq, pyarrow.dataset as ds, pyarrow.compute as pc
import polars as pl, duckdb
folder = sys.argv[1] + '/'
want = pf.read_table(folder + 't.arrow')
want.validate(full=True)
plain = want.set_column(want.schema.get_field_index('kind'), 'kind', want['kind'].cast(pa.string()))
for path in sorted(glob.glob(folder + '*.parquet')):
    got = pq.read_table(path)
    got.validate(full=True)
    assert got.schema.types == want.schema.types, (path, got.schema)
    assert got.set_column(want.schema.get_field_index('kind'), 'kind', got['kind'].cast(pa.string())).equals(plain), path
    meta = pq.ParquetFile(path).metadata
    assert meta.num_row_groups == 3, path
    row = 0
    for g in range(3):
        part = plain.slice(row, meta.row_group(g).num_rows)
        row += meta.row_group(g).num_rows
        for c in range(meta.num_columns):
            column = meta.row_group(g).column(c)
            values = part[column.path_in_schema]
            assert column.statistics.null_count == values.null_count, (path, column)
            if column.statistics.has_min_max:
                limits = pc.min_max(values).as_py()
                assert column.statistics.min == limits['min'] and column.statistics.max == limits['max'], (path, column, limits)
    frame = pl.read_parquet(path)
    assert frame.with_columns(pl.col('kind').cast(pl.String)).equals(pl.from_arrow(plain)), path
    rows = duckdb.sql(f"select count(*), sum(big), count(text), sum(x), min(day), max(time) from '{path}'").fetchall()
    day = pc.min(plain['day']).as_py()
    assert rows[0][0] == len(plain) and rows[0][2] == len(plain) - plain['text'].null_count and rows[0][4] == day, rows
    assert rows[0][1] == pc.sum(plain['big'].cast(pa.decimal128(38, 0))).as_py(), rows
assert pl.read_ipc(folder + 't.arrow').with_columns(pl.col('kind').cast(pl.String)).equals(pl.from_arrow(plain))
parts = ds.dataset(folder + 'parts', partitioning='hive').to_table()
assert len(parts) == len(plain) and sorted(parts['part'].unique().to_pylist()) == [0, 1, 2]
assert duckdb.sql(f"select count(*), sum(part) from '{folder}parts/**/*.parquet'").fetchall() == [(len(plain), pc.sum(plain['part']).as_py())]
csv = pl.read_csv(folder + 't.csv', try_parse_dates=True, schema_overrides={'huge': pl.UInt64})
own = pl.from_arrow(plain)
for name in own.columns:
    assert csv[name].cast(own[name].dtype).equals(own[name]), (name, csv[name], own[name])
print('equal')
`;

describe('what pyarrow, polars and DuckDB find in the files', () => {
  it('is what was written, in the same types', { skip }, async () => {
    for (const compression of ['snappy', 'none', 'gzip', 'zstd', 'brotli'] as const) {
      await writeDataset(table, {
        path: join(folder, `${compression}.parquet`),
        compression,
        rowGroupRows: 2000,
      });
    }
    await writeDataset(table, { path: join(folder, 't.arrow'), rowGroupRows: 2000 });
    await writeDataset(table, { path: join(folder, 'parts'), partitionBy: 'part' });
    await writeDataset(table, join(folder, 't.csv'));
    const said = execFileSync(interpreter as string, ['-c', script, folder], { encoding: 'utf8' });
    assert.equal(said.trim(), 'equal');
  });

  it('is plain values where dictionaries stood inside other types', { skip }, async () => {
    const path = join(folder, 'nested.arrow');
    await writeDataset([nestedDictionaries(), nestedDictionaries()], { path });
    const read = `
import sys, json, pyarrow as pa
table = pa.ipc.open_file(sys.argv[1]).read_all()
table.validate(full=True)
print(json.dumps([{name: [str(column.type), column.to_pylist()] for name, column in zip(table.column_names, table.columns)}]))`;
    const [said] = JSON.parse(execFileSync(interpreter as string, ['-c', read, path], { encoding: 'utf8' }));
    const twice = (type: string, values: unknown[]) => [type, [...values, ...values]];
    assert.deepEqual(said, {
      list: twice('list<item: string>', [['a', 'b'], null, []]),
      fixed: twice('fixed_size_list<item: string>[2]', [['a', 'b'], null, ['b', 'b']]),
      struct: twice('struct<a: string, b: string>', [{ a: 'x', b: 'y' }, null, { a: null, b: 'x' }]),
      map: twice('map<string, string>', [[['k', 'x']], null, []]),
      keys: twice('map<string, int8>', [[['k', 1]], null, []]),
      deep: twice('list<item: struct<s: string>>', [[{ s: 'x' }], null, [{ s: 'y' }, { s: 'x' }]]),
    });
  });
});

it('writeDataset writes plain values where dictionaries stand inside other types', async () => {
  const table = nestedDictionaries();
  for (const format of ['arrow', 'parquet'] as const) {
    // parquet-wasm cannot write a fixed-size list with a null.
    const columns = table.select(format === 'arrow' ? table.schema.names : ['list', 'struct', 'map', 'deep']);
    const dataset = await writeDataset([columns, columns], join(folder, `plain.${format}`));
    assert.doesNotMatch(String(dataset.schema), /Dictionary/);
    const read = await dataset.read();
    assert.deepEqual(rowsOf(read), [...rowsOf(columns), ...rowsOf(columns)]);
  }
});

function nestedDictionaries(): Table {
  const dictionary = () => new Dictionary(new Utf8(), new Int8());
  const item = (type: DataType) => new Field('item', type, true);
  const map = (key: DataType, value: DataType) => {
    const members = new Struct([new Field('key', key, false), new Field('value', value, true)]);
    return new Map_(new Field('entries', members, false) as never);
  };
  const struct = new Struct([new Field('a', dictionary(), true), new Field('b', dictionary(), true)]);
  const deep = new List(item(new Struct([new Field('s', dictionary(), true)])));
  return new Table({
    list: vectorFromArray([['a', 'b'], null, []], new List(item(dictionary()))),
    fixed: vectorFromArray([['a', 'b'], null, ['b', 'b']], new FixedSizeList(2, item(dictionary()))),
    struct: vectorFromArray([{ a: 'x', b: 'y' }, null, { a: null, b: 'x' }], struct),
    map: vectorFromArray([{ k: 'x' }, null, {}], map(new Utf8(), dictionary())),
    keys: vectorFromArray([{ k: 1 }, null, {}], map(dictionary(), new Int8())),
    deep: vectorFromArray([[{ s: 'x' }], null, [{ s: 'y' }, { s: 'x' }]], deep),
  });
}
