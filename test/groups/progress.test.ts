// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Progress } from 'apply-parallel';
import { prelude, runForJson, runScript } from '../support/child.js';

const json = <T>(body: string) => runForJson<T>(prelude + body);

describe('progress', { concurrency: 2 }, () => {
  for (const options of ['{ nJobs: 2 }', '{ nJobs: 1 }', '{ nJobs: 2, batchSize: 1 }']) {
    it(`never goes back, nor beyond the totals, nor faster than ten times a second (${options})`, async () => {
      const reports = await json<Progress[]>(`
        const reports = [];
        const k = Array.from({ length: 60 }, (_, i) => i % 20);
        await applyParallel(groupby({ k }, 'k'), async (g, { key }) => {
          await new Promise((resolve) => setTimeout(resolve, 25));
          return { k: [key] };
        }, { ...${options}, progress: (p) => reports.push(p) });
        print(reports);
      `);
      assert.ok(reports.length >= 2);
      let before = { groups: 0, rows: 0, elapsedMs: 0 };
      reports.forEach((report, i) => {
        assert.deepEqual([report.groupsTotal, report.rowsTotal], [20, 60]);
        assert.ok(report.groups >= before.groups && report.groups <= 20);
        assert.ok(report.rows >= before.rows && report.rows <= 60);
        assert.ok(report.elapsedMs >= before.elapsedMs);
        const isLast = i === reports.length - 1;
        assert.equal(report.done, isLast);
        before = report;
      });
      assert.deepEqual([before.groups, before.rows], [20, 60]);
      assert.ok(reports.length <= before.elapsedMs / 100 + 2);
    });
  }

  it('reports a call without groups, and counts failed groups', async () => {
    const { none, failed } = await json<{ none: Progress[]; failed: Progress[] }>(`
      const none = [], failed = [];
      await applyParallel(groupby({ k: [] }, 'k'), sum, { progress: (p) => none.push(p) });
      await run(() => { throw new Error('x'); }, { onError: 'skip', progress: (p) => failed.push(p) });
      print({ none, failed });
    `);
    assert.deepEqual(
      none.map(({ groups, groupsTotal, done }) => [groups, groupsTotal, done]),
      [[0, 0, true]],
    );
    assert.deepEqual([failed.at(-1)?.groups, failed.at(-1)?.rows, failed.at(-1)?.done], [8, 8, true]);
  });

  it('is not done where the call fails', async () => {
    const reports = await json<Progress[]>(`
      const reports = [];
      const progress = (p) => reports.push(p);
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 50);
      for (const nJobs of [1, 2]) await outcome(run(() => { throw new Error('x'); }, { nJobs, progress }));
      await outcome(run(() => new Promise(() => {}), { signal: abort.signal, progress }));
      print(reports);
    `);
    assert.equal(reports.filter(({ done }) => done).length, 0);
  });

  it('rejects the call where the function throws, at any time', async () => {
    const outcomes = await json<{ message: string }[]>(`
      const slow = async (g, { key }) => { await new Promise((r) => setTimeout(r, 60)); return { k: [key] }; };
      const outcomes = [];
      for (const nJobs of [1, 2]) {
        outcomes.push(await outcome(run(sum, { nJobs, progress: () => { throw new Error('at once'); } })));
        outcomes.push(await outcome(run(slow, { nJobs, batchSize: 1, progress: (p) => { if (p.groups > 2) throw new Error('later'); } })));
        outcomes.push(await outcome(run(sum, { nJobs, progress: (p) => { if (p.done) throw new Error('at the end'); } })));
      }
      outcomes.push(await outcome(run(sum)));
      print(outcomes);
    `);
    assert.equal(outcomes.pop() as unknown, 'abcdefgh');
    assert.deepEqual(
      outcomes.map(({ message }) => message),
      ['at once', 'later', 'at the end', 'at once', 'later', 'at the end'],
    );
  });

  it('true draws on stderr, nothing on stdout', async () => {
    const { code, stdout, stderr } = await runScript(`${prelude}
      await run(async (g, { key }) => { await new Promise((r) => setTimeout(r, 50)); return { k: [key] }; }, { progress: true });
    `);
    assert.equal(code, 0);
    assert.equal(stdout, '');
    assert.match(stderr, /8/);
  });

  it('says what it waits for before the first group and the first call', async () => {
    const { code, stderr } = await runScript(`${prelude}
      const { delayed, Parallel } = await import('apply-parallel');
      const initializer = () => { const from = Date.now(); while (Date.now() - from < 3000); };
      await run(sum, { nJobs: 2, progress: true, initializer });
      await Parallel({ nJobs: 2, progress: true, initializer: () => initializer() })([delayed(() => 1)()]);
    `);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^applyParallel: running the initializer, \d+\.\d s$/m);
    assert.match(stderr, /^Parallel: running the initializer, \d+\.\d s$/m);
  });
});
