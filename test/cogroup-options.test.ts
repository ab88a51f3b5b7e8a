// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { tableFromArrays } from 'apache-arrow';
import {
  applyParallel,
  cogroup,
  GroupError,
  type GroupKey,
  groupby,
  Memory,
  type Progress,
  type Report,
  shareArray,
  shareTable,
} from 'apply-parallel';
import { byQuote, byTrade, type Quotes, quotes, type Trades } from './support/two-frames.js';

describe('options of cogroup', () => {
  it('says which group failed, and takes retries, onError, timeouts, progress and report', async () => {
    const runs = shareArray(new Int32Array(1));
    let report: Report | undefined;
    const progress: Progress[] = [];
    const out = await applyParallel(
      cogroup(byTrade, byQuote),
      (t: Trades, q: Quotes, { key }) => {
        t.at.fill(-1);
        q.price[0] *= 10;
        if (key === 1 && Atomics.add(runs, 0, 1) === 0) throw new Error('once');
        if (key === 4) throw new RangeError('always');
        return { price: q.price };
      },
      {
        nJobs: 2,
        input: 'columns',
        retries: 1,
        onError: 'skip',
        report: (r) => {
          report = r;
        },
        progress: (p) => progress.push(p),
      },
    );
    assert.deepEqual([...(out.price as Iterable<number>)], [70, 8, 90]);
    assert.deepEqual(quotes.price, Float64Array.of(9, 7, 6, 8));
    assert.deepEqual(
      report?.failed.map(({ message }) => message),
      ['group 4 (attempt 2) failed: RangeError: always'],
    );
    assert.equal(report?.rowsIn, 9);
    assert.deepEqual([progress.at(-1)?.groups, progress.at(-1)?.rows, progress.at(-1)?.rowsTotal], [4, 9, 9]);
    await assert.rejects(
      applyParallel(
        cogroup(byTrade, byQuote),
        (_t, _q, { key }) => {
          if (key === 3) for (;;);
          return null;
        },
        { nJobs: 2, timeout: 1500 },
      ),
      (error: unknown) =>
        error instanceof GroupError && error.code === 'ERR_GROUP_TIMEOUT' && error.key === 3,
    );
  });

  it('streams, takes schema and seed, and caches by the rows of all frames', async () => {
    const got: unknown[] = [];
    const fn = (t: Trades, q: Quotes, { key }: { key: GroupKey }) => ({
      key: key as number,
      n: t.id.length + q.id.length,
    });
    const options = { nJobs: 2, input: 'columns', output: 'records' } as const;
    for await (const { key, index, frame } of applyParallel(cogroup(byTrade, byQuote), fn, {
      ...options,
      returnAs: 'generator',
    })) {
      got.push([key, index, frame]);
    }
    assert.deepEqual(
      got,
      [4, 1, 1, 3].map((n, index) => [index + 1, index, [{ key: index + 1, n }]]),
    );
    const draw = (t: object, _q: object, { random }: { random: () => number }) => ({
      r: random(),
      n: Object.keys(t).length,
    });
    const seededOptions = { ...options, seed: 5 } as const;
    assert.deepEqual(
      await applyParallel(cogroup(byTrade, byQuote), draw, seededOptions),
      await applyParallel(cogroup(byTrade, byQuote), draw, { ...seededOptions, nJobs: 1 }),
    );

    const cache = new Memory({ location: await mkdtemp(join(tmpdir(), 'apply-parallel-cogroup-')) });
    const runs = shareArray(new Int32Array(5));
    const counted = (t: Trades, q: Quotes, { key }: { key: GroupKey }) => {
      Atomics.add(runs, key as number, 1);
      return t.id.length === 0 ? { ...q, from: q.price } : { ...t, from: t.at };
    };
    for (const backend of ['threads', 'inline'] as const) {
      const cached = (frame: Quotes) => {
        runs.fill(0);
        return applyParallel(cogroup(byTrade, groupby(frame, 'id')), counted, {
          backend,
          input: 'columns',
          output: 'records',
          cache,
          seed: backend,
        });
      };
      const first = await cached(quotes);
      assert.deepEqual([...runs], [0, 1, 1, 1, 1]);
      assert.deepEqual(await cached(quotes), first);
      assert.deepEqual([...runs], [0, 0, 0, 0, 0]);
      const changed = { ...quotes, price: Float64Array.of(9, 7, 6, 100) };
      await cached(changed);
      assert.deepEqual([...runs], [0, 1, 0, 0, 0]);
    }
  });

  it('splits large frames in workers, with the same groups', async () => {
    const length = 600_000;
    const frame = (groups: number) =>
      shareTable(
        tableFromArrays({
          k: Int32Array.from({ length }, (_, row) => (row * 7) % groups),
          row: Float64Array.from({ length }, (_, row) => row),
        }),
      );
    const [a, b] = [frame(100), frame(150)];
    const run = (nJobs: number) =>
      applyParallel(
        cogroup(groupby(a, 'k'), groupby(b, 'k')),
        (l: { row: Float64Array }, r: { row: Float64Array }) => {
          const last = (rows: Float64Array) => rows.at(-1) ?? -1;
          const isOrdered = [l, r].every(({ row }) =>
            row.every((each, at) => at === 0 || row[at - 1] < each),
          );
          return {
            sizes: `${l.row.length} ${r.row.length}`,
            last: `${last(l.row)} ${last(r.row)}`,
            isOrdered,
          };
        },
        { nJobs, input: 'columns', output: 'records' },
      );
    const inThisThread = await run(1);
    assert.equal(inThisThread.length, 150);
    assert.ok(inThisThread.every(({ isOrdered }) => isOrdered));
    // The first call starts the workers, which are idle at the second.
    await run(2);
    assert.deepEqual(await run(2), inThisThread);
  });
});
