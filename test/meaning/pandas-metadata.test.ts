// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Table } from 'apache-arrow';
import {
  applyParallel,
  filterParallel,
  groupby,
  load,
  reduceMemory,
  shutdown,
  transformParallel,
  writeDataset,
} from 'apply-parallel';

/*
 * Files that pandas wrote, through this package and back to pandas, which converts columns by the metadata
 * that it finds. Python is asked only if APPLY_PARALLEL_PYTHON names one with pandas and pyarrow.
 */

const python = process.env.APPLY_PARALLEL_PYTHON;

const write = `
import sys, numpy as np, pandas as pd
k = ['a', 'b', 'a', 'b']
frames = {
  'plain': pd.DataFrame({'k': k, 'n': [1, 2, 3, 4]}),
  'nullable': pd.DataFrame({'k': k, 'n': pd.array([1, 2, 3, 4], dtype='Int64'), 'b': pd.array([True, None, False, True], dtype='boolean')}),
  'index': pd.DataFrame({'k': k, 'n': [1, 2, 3, 4]}, index=pd.Index([10, 20, 30, 40], name='id')),
  'levels': pd.DataFrame({'k': k, 'n': [1, 2, 3, 4]}, index=pd.MultiIndex.from_tuples([(1, 'x'), (2, 'y'), (3, 'x'), (4, 'y')])),
  'range': pd.DataFrame({'k': k, 'n': [1, 2, 3, 4]}, index=pd.RangeIndex(5, 13, 2)),
  'typed': pd.DataFrame({'k': pd.Categorical(k), 'n': pd.array([1, 2, 3, 4], dtype='UInt8'), 's': pd.array(k, dtype='string'), 'd': pd.date_range('2024', periods=4, tz='Europe/Berlin')}),
  'extension': pd.DataFrame({'k': k, 'n': pd.period_range('2024-01', periods=4, freq='M'), 'i': pd.interval_range(0, 4)}),
}
for name, frame in frames.items():
  frame.to_parquet(f'{sys.argv[1]}/{name}.parquet')
  frame.to_feather(f'{sys.argv[1]}/{name}.arrow') if name in ('plain', 'nullable', 'typed') else None
`;

const read = `
import sys, json, pandas as pd
out = {}
for name in sys.argv[2:]:
  f = pd.read_parquet(f'{sys.argv[1]}/{name}') if name.endswith('.parquet') else pd.read_feather(f'{sys.argv[1]}/{name}')
  out[name] = {'index': list(map(str, f.index)), 'names': list(f.index.names), 'dtypes': {c: str(t) for c, t in f.dtypes.items()}}
print(json.dumps(out))
`;

interface Seen {
  readonly index: string[];
  readonly names: (string | null)[];
  readonly dtypes: { readonly [column: string]: string };
}

const home = mkdtempSync(join(tmpdir(), 'apply-parallel-pandas-'));
after(async () => {
  await shutdown();
  rmSync(home, { recursive: true, force: true });
});

function ask(program: string, ...args: string[]): string {
  const file = join(home, 'program.py');
  writeFileSync(file, program);
  const { status, stdout, stderr } = spawnSync(python as string, [file, home, ...args], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

const skip = python ? false : 'APPLY_PARALLEL_PYTHON names no Python with pandas';

describe('pandas reads what became of its files', { skip }, () => {
  it('whatever changed', async () => {
    ask(write);
    const files: string[] = [];
    const keep = async (name: string, frame: Table) => {
      for (const ending of ['parquet', 'arrow']) {
        files.push(`${name}.${ending}`);
        await writeDataset(frame, join(home, `${name}.${ending}`));
      }
    };
    for (const name of ['plain', 'nullable', 'index', 'levels', 'range', 'typed', 'extension']) {
      const table = await load(join(home, `${name}.parquet`) as 'x.parquet');
      const grouped = groupby(table, 'k');
      const numbers = (rows: number, value: number) => new Float64Array(rows).fill(value);
      await keep(
        `${name}-changed`,
        await applyParallel(
          grouped,
          (g) => {
            const rows = (g.k as { readonly length: number }).length;
            return { ...g, n: new Float64Array(rows).fill(2.67), extra: new Float64Array(rows) };
          },
          { input: 'columns' },
        ),
      );
      await keep(`${name}-same`, await applyParallel(grouped, (g) => g));
      await keep(
        `${name}-text`,
        await applyParallel(grouped, (g) => ({ k: ['x'], n: [`${g.numRows} rows`] })),
      );
      await keep(
        `${name}-transformed`,
        await transformParallel(grouped, (g) => ({ n: numbers(g.numRows, 0.5) }), { nJobs: 1 }),
      );
      await keep(`${name}-filtered`, await filterParallel(grouped, (_, { key }) => key === 'a'));
      await keep(`${name}-reduced`, reduceMemory(table) as Table);
    }
    const seen = JSON.parse(ask(read, ...files)) as { readonly [file: string]: Seen };
    assert.equal(seen['nullable-changed.parquet'].dtypes.n, 'float64');
    assert.equal(seen['nullable-changed.arrow'].dtypes.b, 'boolean');
    assert.equal(seen['nullable-same.parquet'].dtypes.n, 'Int64');
    assert.equal(seen['extension-changed.arrow'].dtypes.i, 'interval[int64, right]');
    assert.deepEqual(seen['index-same.parquet'].index, ['10', '30', '20', '40']);
    assert.deepEqual(seen['index-same.parquet'].names, ['id']);
    assert.deepEqual(seen['index-transformed.parquet'].names, [null]);
    assert.deepEqual(seen['range-same.parquet'].index, ['0', '1', '2', '3']);
    assert.deepEqual(seen['range-transformed.parquet'].index, ['5', '7', '9', '11']);
    assert.deepEqual(seen['range-filtered.parquet'].index, ['0', '1']);
    assert.deepEqual(seen['range-reduced.parquet'].index, ['5', '7', '9', '11']);
    for (const [file, { dtypes }] of Object.entries(seen)) {
      if (/-changed/.test(file)) assert.deepEqual([dtypes.n, dtypes.extra], ['float64', 'float64'], file);
      if (/-text/.test(file)) assert.match(dtypes.n, /^(str|object)$/, file);
    }
  });
});
