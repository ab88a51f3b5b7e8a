// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ApplyOptions, applyParallel, groupby, type Report } from 'apply-parallel';

const n = 30;
const table = { k: Array.from({ length: n * 3 }, (_, i) => `<${i % n}>`) };
const grouped = groupby(table, 'k', { sort: false });

function fn(_: unknown, { index }: { index: number }) {
  if (index === 11) throw new RangeError('no');
  const end = performance.now() + (index === 4 ? 30 : 1);
  while (performance.now() < end);
  return index % 5 === 0 ? null : { n: [index, index] };
}

async function reportOf(
  options: Omit<ApplyOptions, 'returnAs'> & { returnAs?: 'generator' },
): Promise<Report> {
  const reports: Report[] = [];
  const report = (r: Report) => reports.push(r);
  if (options.returnAs === undefined) {
    await applyParallel(grouped, fn, { onError: 'skip', ...options, returnAs: 'frame', report });
  } else {
    for await (const _ of applyParallel(grouped, fn, {
      onError: 'skip',
      ...options,
      returnAs: 'generator',
      report,
    }));
  }
  assert.equal(reports.length, 1);
  return reports[0];
}

describe('report', () => {
  for (const options of [
    { nJobs: 2 },
    { nJobs: 1 },
    { backend: 'async', nJobs: 4 },
    { nJobs: 2, returnAs: 'generator' },
  ] as const) {
    it(`tells of every group and worker (${JSON.stringify(options)})`, async () => {
      const report = await reportOf(options);
      const { timeline, workers, busy, stages, elapsedMs } = report;
      assert.deepEqual([report.groups, report.rowsIn, report.rowsOut], [n, n * 3, 46]);
      assert.equal(workers, options.nJobs);
      assert.deepEqual(
        report.failed.map(({ key, index }) => [key, index]),
        [['<11>', 11]],
      );
      assert.equal(busy.length, workers);
      for (const part of busy) assert.ok(part >= 0 && part <= 1);
      assert.equal(timeline.length, n);
      timeline.forEach((run, index) => {
        assert.deepEqual([run.key, run.index, run.rowsIn], [`<${index}>`, index, 3]);
        assert.equal(run.failed, index === 11);
        assert.equal(run.rowsOut, run.failed || index % 5 === 0 ? 0 : 2);
        assert.ok(run.worker >= 0 && run.worker < workers);
        assert.ok(run.start >= stages.split && run.start + run.time <= elapsedMs);
      });
      assert.ok(timeline[4].time >= 30);
      // No worker is at two groups at once.
      for (let worker = 0; worker < workers; worker++) {
        const runs = timeline.filter((run) => run.worker === worker).toSorted((a, b) => a.start - b.start);
        for (let i = 1; i < runs.length; i++)
          assert.ok(runs[i].start >= runs[i - 1].start + runs[i - 1].time);
      }
      const { split, apply, combine } = stages;
      assert.ok(Math.abs(split + apply + combine - elapsedMs) < 1e-6 * elapsedMs);
    });
  }

  it('is not sent where the call fails', async () => {
    await assert.rejects(applyParallel(grouped, fn, { nJobs: 1, report: () => assert.fail('it was sent') }), {
      code: 'ERR_GROUP_FAILED',
    });
  });

  it('reads as text', async () => {
    assert.match(
      String(await reportOf({ nJobs: 2 })),
      /^30 groups, 90 rows in, 46 rows out, [\d.]+ m?s\nsplit .*, apply .*, combine .*\n2 workers, busy \d+ %, \d+ %\nlongest: '<\d+>' [\d.]+ m?s, .*\nfailed: 1 \('<11>'\)$/,
    );
  });

  it('lists failures in group order, whichever came first', async () => {
    const reports: Report[] = [];
    const failing = async (_: object, { index }: { index: number }) => {
      // The first group fails when the others have.
      if (index === 0) await new Promise((resolve) => setTimeout(resolve, 30));
      throw new RangeError(`no ${index}`);
    };
    await applyParallel(groupby({ k: [0, 1, 2, 3] }, 'k'), failing, {
      backend: 'async',
      onError: 'skip',
      report: (r) => reports.push(r),
    });
    assert.deepEqual(
      reports[0].failed.map(({ index }) => index),
      [0, 1, 2, 3],
    );
  });

  it('draws a bar for each group, in the lane of its worker, and failures in red', async () => {
    const report = await reportOf({ nJobs: 2 });
    const svg = report.toSVG();
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
    assert.match(svg, / role="img" aria-label="[^"<]+ workers, [^"<]+"/);
    assertWellFormed(svg);
    const titles = [...svg.matchAll(/<title>([^<]*)<\/title>/g)].map(([, title]) => title);
    // Keys are text, never markup.
    assert.ok(titles.some((title) => /^'&lt;4&gt;': \d+ ms, 3 rows in, 2 out$/.test(title)));
    assert.equal(titles.filter((title) => title.endsWith('failed')).length, 1);
    assert.equal(svg.split('fill="#c8372d"').length - 1, 1);
    assert.equal((svg.match(/>worker \d, \d+ %</g) ?? []).length, 2);
  });

  it('draws tens of thousands of groups in a picture that a browser can show', async () => {
    const reports: Report[] = [];
    const many = groupby({ k: Int32Array.from({ length: 30_000 }, (_, i) => i) }, 'k');
    await applyParallel(many, (g) => g, { nJobs: 2, report: (r) => reports.push(r) });
    const svg = reports[0].toSVG();
    assertWellFormed(svg);
    assert.ok(svg.length < 500_000, `${svg.length} characters`);
  });

  it('draws a call without groups', async () => {
    const reports: Report[] = [];
    await applyParallel(groupby({ k: [] as number[] }, 'k'), () => null, { report: (r) => reports.push(r) });
    assertWellFormed(reports[0].toSVG());
    assert.deepEqual(reports[0].timeline, []);
    assert.match(String(reports[0]), /^0 groups, 0 rows in, 0 rows out/);
  });
});

/** Every tag is closed in turn, and no number is not one. */
function assertWellFormed(svg: string): void {
  assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  const open: string[] = [];
  for (const [, close, name, empty] of svg.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (close) assert.equal(open.pop(), name);
    else if (!empty) open.push(name);
  }
  assert.deepEqual(open, []);
}
