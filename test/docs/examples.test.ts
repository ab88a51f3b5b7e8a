import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { tableFromIPC } from 'apache-arrow';
import { scan } from 'apply-parallel';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Runs an example as a reader would: in a process of its own, through tsx. */
async function run(example: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const file = join(root, 'examples', example);
  return promisify(execFile)(process.execPath, ['--import', 'tsx', file, ...args], {
    cwd: root,
    timeout: 120_000,
    env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined },
  });
}

/**
 * The cells of a table drawn with lines, row by row, headings first and without the column of row numbers.
 */
function cellsOf(drawn: string): string[][] {
  const rows = drawn.split('\n').filter((line) => /^[│║]/.test(line));
  return rows.map((line) =>
    line
      .split(/[│║]/)
      .slice(2, -1)
      .map((cell) => cell.trim()),
  );
}

const EXPECTED = [
  ['a', '2', '-1'],
  ['a', '4', '1'],
  ['b', '1', '-2'],
  ['b', '5', '2'],
];

describe('examples', () => {
  it('quick-start-arrow', async () => {
    const { stdout, stderr } = await run('quick-start-arrow.ts');
    assert.deepEqual(cellsOf(stdout.replaceAll("'", '')), [['category', 'x', 'centred'], ...EXPECTED]);
    assert.equal(stderr, '');
  });

  it('sales-cluster, without a cluster', async () => {
    const { stdout } = await run('sales-cluster.ts');
    assert.match(stdout, /^in memory 37 categories.*\nin files the same\nno cluster/);
  });

  it('quick-start-danfo', async () => {
    const { stdout, stderr } = await run('quick-start-danfo.ts');
    assert.deepEqual(cellsOf(stdout), [['category', 'x', 'centred'], ...EXPECTED]);
    assert.equal(stderr, '');
  });

  it('rows', async () => {
    const { stdout, stderr } = await run('rows.ts');
    assert.deepEqual(cellsOf(stdout), [
      ['customer', 'orders', 'spent'],
      ["'Ben'", '2', '10.5'],
      ["'Mia'", '2', '8'],
    ]);
    assert.equal(stderr, '');
  });

  it('sales-preprocess, on fewer rows', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'apply-parallel-'));
    t.after(() => rm(folder, { recursive: true }));
    const file = join(folder, 'features.arrow');
    const { stdout } = await run('sales-preprocess.ts', '--rows', '20000', '--out', file);
    assert.match(stdout, /sales {2}20,000 rows: \d+ items by month, \d+ times more came back than was sold/);
    assert.match(stdout, /memory {2}\d+ MB before, \d+ MB with \d+ columns in smaller types/);
    const made = /features {2}([\d,]+) rows of 25 columns, from 37 categories/.exec(stdout);
    assert.ok(made, stdout);
    assert.ok(stdout.split('\n').every((line) => line.length <= 120));

    const features = tableFromIPC(await readFile(file));
    assert.equal(features.numRows, Number(made[1].replaceAll(',', '')));
    const column = (name: string) => [...(features.getChild(name) ?? [])] as number[];
    const [item, age, quantity, lag, mean] = ['item', 'age', 'quantity', 'lag_1', 'mean_3'].map(column);
    const returned = column('returned');
    for (let row = 1; row < features.numRows; row++) {
      const before = quantity[row - 1] - returned[row - 1];
      if (age[row] === 0) {
        assert.ok(item[row] !== item[row - 1] && Number.isNaN(lag[row]) && Number.isNaN(mean[row]));
      } else {
        // No month is missing, and what came back is a quantity below zero.
        assert.ok(item[row] === item[row - 1] && age[row] === age[row - 1] + 1 && lag[row] === before);
      }
    }
    assert.ok(returned.some((pieces) => pieces > 0) && quantity.some((pieces) => pieces === 0));
  });

  it('sleeping-roots, with short sleeps', async () => {
    const { stdout, stderr } = await run('sleeping-roots.ts', '--sleep', '10');
    assert.match(stdout, /^10 calls, a loop +[\d.]+ sleeps\n10 calls, two jobs +[\d.]+ sleeps\n/);
    assert.match(stdout, /\n0 1 2 3 4 5 6 7 8 9\nthe same results: true\n$/);
    assert.equal(stderr, '');
  });

  it('fan-out-threads', async () => {
    assert.deepEqual(await run('fan-out-threads.ts'), { stdout: '78498 primes below 1000000\n', stderr: '' });
  });

  it('fan-out-async', async () => {
    assert.deepEqual(await run('fan-out-async.ts'), {
      stdout: 'sum of 2000 answers: 1999000; never more than 100 requests at once: true\n',
      stderr: '',
    });
  });

  it('flights, on a sample', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'apply-parallel-'));
    t.after(() => rm(folder, { recursive: true }));
    const file = join(folder, 'features.parquet');
    const { stdout, stderr } = await run('flights.ts', '--rows', '60000', '--out', file);

    assert.match(stdout, /read {2}60,000 flights in \d+\.\d\d s/);
    for (const phase of ['opened', 'split', 'applied', 'wrote', 'in all']) {
      assert.match(stdout, new RegExp(`${phase} {2}.*\\d+\\.\\d\\d s\n`));
    }
    const made =
      /features of ([\d,]+) flights from (\d+) airports; (\d+) with fewer than 100 flights dropped/.exec(
        stdout,
      );
    assert.ok(made, stdout);
    assert.ok(Number(made[3]) > 0, 'a sample has airports to drop');
    assert.ok(stdout.split('\n').every((line) => line.length <= 120));
    assert.equal(stderr, '');

    assert.match(await readFile(join(folder, 'features.svg'), 'utf8'), /^<svg .*\d+ groups/s);
    const features = await (await scan(file)).read();
    assert.equal(features.numRows, Number(made[1].replaceAll(',', '')));
    assert.deepEqual(
      features.schema.fields.map((field) => `${field.name} ${field.type}`),
      [
        'date Timestamp<MICROSECOND>',
        'delay Int64',
        'distance Int64',
        'origin LargeUtf8',
        'destination LargeUtf8',
        'delay_std Float64',
        'late Bool',
        'hour Uint8',
        'weekday Uint8',
        'recent_delay Float64',
        'dest_rank Uint16',
        'in_state Bool',
      ],
    );
    const origins = [...(features.getChild('origin') ?? [])];
    assert.equal(new Set(origins).size, Number(made[2]));
    assert.deepEqual(origins, origins.toSorted(), 'airports come in order');
  });
});
