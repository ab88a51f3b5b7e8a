// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { mapBatches, type Report, shutdown, writeDataset } from 'apply-parallel';

after(() => shutdown());

const count = (n: number) => Float64Array.from({ length: n }, (_, i) => i);
type Batch = { x: Float64Array };

describe('the report of mapBatches', () => {
  it('reports the batches of a frame', async () => {
    let report: Report | undefined;
    await mapBatches({ x: count(7) }, (g) => g, {
      batchRows: 2,
      report: (given) => {
        report = given;
      },
    });
    assert.deepEqual([report?.groups, report?.rowsIn, report?.rowsOut], [4, 7, 7]);
  });

  describe('reports the batches of an iterable', () => {
    const n = 40;
    const sizes = Array.from({ length: n }, (_, k) => (k % 5) + 1);
    async function* parts() {
      for (const size of sizes) yield { x: count(size) };
    }
    const firstRows = (g: Batch) => (g.x.length === 5 ? null : { x: g.x.slice(0, 2) });
    const rowsOut = sizes.map((size) => (size === 5 ? 0 : Math.min(size, 2)));
    const check = (reports: readonly Report[]) => {
      assert.equal(reports.length, 1);
      const [report] = reports;
      assert.deepEqual([report.groups, report.rowsIn], [n, sizes.reduce((a, b) => a + b)]);
      assert.equal(
        report.rowsOut,
        rowsOut.reduce((a, b) => a + b),
      );
      assert.deepEqual(
        report.timeline.map(({ key }) => key),
        Array.from(sizes.keys()),
      );
      assert.deepEqual(
        report.timeline.map((run) => run.rowsIn),
        sizes,
      );
      assert.deepEqual(
        report.timeline.map((run) => run.rowsOut),
        rowsOut,
      );
      assert.ok(report.timeline.every(({ worker }) => worker < report.workers));
      assert.equal(report.busy.length, report.workers);
      assert.match(report.toSVG(), /^<svg/);
      const { split, apply, combine } = report.stages;
      assert.ok(Math.abs(split + apply + combine - report.elapsedMs) < 1e-6);
      // No worker runs two batches at once.
      const runs = [...report.timeline].sort((a, b) => a.start - b.start);
      const ends = new Map<number, number>();
      for (const { worker, start, time } of runs) {
        assert.ok((ends.get(worker) ?? 0) <= start);
        ends.set(worker, start + time);
      }
    };

    it('as a frame, in threads and in the event loop', async () => {
      for (const options of [{}, { nJobs: 2 }, { nJobs: 1 }, { backend: 'async', nJobs: 3 }] as const) {
        const reports: Report[] = [];
        await mapBatches(parts(), firstRows, { ...options, report: (each) => reports.push(each) });
        check(reports);
      }
    });

    it('as a generator, at its end alone', async () => {
      for (const returnAs of ['generator', 'generatorUnordered'] as const) {
        const reports: Report[] = [];
        const options = { returnAs, nJobs: 2, report: (each: Report) => reports.push(each) };
        for await (const _ of mapBatches(parts(), firstRows, options)) assert.equal(reports.length, 0);
        check(reports);
        for await (const _ of mapBatches(parts(), firstRows, options)) break;
        assert.equal(reports.length, 1);
      }
    });

    it('of a data set, as files', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'batches-'));
      try {
        const dataset = await writeDataset(parts(), { path: join(folder, 'in.arrow'), rowGroupRows: 8 });
        const reports: Report[] = [];
        await mapBatches(dataset, (g) => g, {
          batchRows: 10,
          to: join(folder, 'out.arrow'),
          report: (each) => reports.push(each),
        });
        assert.deepEqual(
          reports.map(({ groups, rowsIn, rowsOut }) => [groups, rowsIn, rowsOut]),
          [[12, 120, 120]],
        );
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    it('with errors that were let pass, and attempts', async () => {
      const reports: Report[] = [];
      const fails = (g: Batch, { index }: { readonly index: number }) => {
        if (index % 10 === 7) throw new RangeError('no');
        return g;
      };
      await mapBatches(parts(), fails, {
        onError: 'skip',
        retries: 1,
        nJobs: 2,
        report: (each) => reports.push(each),
      });
      const [{ failed, retried, timeline }] = reports;
      assert.deepEqual(
        failed.map(({ index }) => index),
        [7, 17, 27, 37],
      );
      assert.deepEqual(
        retried.map(({ index }) => index).sort((a, b) => a - b),
        [7, 17, 27, 37],
      );
      assert.deepEqual(
        timeline.filter((run) => run.failed).map((run) => run.attempts),
        [2, 2, 2, 2],
      );
    });

    it('of none', async () => {
      const reports: Report[] = [];
      await mapBatches([].values(), (g) => g as never, { report: (each) => reports.push(each) });
      assert.deepEqual(
        reports.map(({ groups, timeline }) => [groups, timeline.length]),
        [[0, 0]],
      );
    });
  });
});
