import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prelude, runForJson } from '../support/child.js';

interface Outcome {
  code?: string;
  key?: string;
  message?: string;
  cause?: string;
}

const json = <T>(body: string) => runForJson<T>(prelude + body);

/*
 * What dead workers leave behind: no group is lost, none is counted twice, none sees rows another run has
 * changed.
 */
describe('groups of dead workers', { concurrency: 2 }, () => {
  for (const backend of ['threads', 'processes']) {
    it(`are run again, also if nobody had claimed them when all workers were dead (${backend})`, async () => {
      const { got, progress } = await json<{ got: number[]; progress: { groups: number; rows: number }[] }>(`
      const n = 400;
      const k = Array.from({ length: n }, (_, i) => i);
      const progress = [];
      const result = await applyParallel(groupby({ k }, 'k'), (g, { index }) => {
        if (index % 50 === 7) process.exit(1);
        return { k: [index] };
      }, { nJobs: 2, backend: '${backend}', onError: 'skip', progress: (p) => progress.push(p) });
      print({ got: [...result.k], progress });
    `);
      assert.deepEqual(
        got,
        Array.from({ length: 400 }, (_, i) => i).filter((i) => i % 50 !== 7),
      );
      assert.ok(progress.every(({ groups, rows }) => groups <= 400 && rows <= 400));
      assert.deepEqual([progress.at(-1)?.groups, progress.at(-1)?.rows], [400, 400]);
    });
  }

  for (const [input, backend] of ['columns', 'arrow'].flatMap((each) => [
    [each, 'threads'],
    [each, 'processes'],
  ])) {
    it(`get their rows as they were, changed in place or not (${input}, ${backend})`, async () => {
      const { x, flags } = await json<{ x: number[]; flags: boolean[] }>(`
        import { tableFromArrays } from 'apache-arrow';
        const n = 60;
        const k = Int32Array.from({ length: n }, (_, i) => i);
        const frame = tableFromArrays({ k, x: new Float64Array(n).fill(1), flag: Array.from(k, () => true) });
        const result = await applyParallel(groupby(frame, 'k'), (g, { index }) => {
          if (${input === 'columns'}) g.x[0] *= 2;
          else { g.getChild('x').data[0].values[0] *= 2; g.getChild('flag').set(0, !g.getChild('flag').get(0)); }
          if (index % 20 === 7) process.exit(1);
          return g;
        }, { nJobs: 2, onError: 'skip', batchSize: 10, input: '${input}', backend: '${backend}' });
        print({ x: [...result.getChild('x')], flags: [...result.getChild('flag')] });
      `);
      assert.deepEqual(x, new Array(57).fill(2));
      assert.deepEqual(flags, new Array(57).fill(input === 'columns'));
    });
  }

  it('do not fail for what another group left behind', async () => {
    const { outcomes, warnings } = await json<{ outcomes: (string | Outcome)[]; warnings: string[] }>(`
      const slow = async (key) => { await new Promise((r) => setTimeout(r, 30)); return { k: [key] }; };
      const leaves = (leave) => (g, { key }) => {
        if (key !== 'b') return slow(key);
        leave();
        return { k: [key] };
      };
      const throws = leaves(() => setTimeout(() => { throw new RangeError('late'); }, 5));
      const rejects = leaves(() => { setTimeout(() => Promise.reject(new RangeError('late')), 5); });
      const exits = leaves(() => setTimeout(() => process.exit(1), 5));
      const outcomes = [];
      for (const fn of [throws, rejects]) {
        for (const onError of ['throw', 'skip']) outcomes.push(await outcome(run(fn, { onError })));
      }
      outcomes.push(await outcome(run(exits)));
      await sleep(20);
      print({ outcomes, warnings });
    `);
    const late = outcomes[0] as Outcome;
    assert.equal(late.code, 'ERR_GROUP_FAILED');
    assert.equal(late.key, 'b', 'the group whose timer it was');
    assert.match(
      late.message ?? '',
      /^group 'b': something the function left behind .* failed: RangeError: late$/,
    );
    assert.equal((outcomes[2] as Outcome).key, 'b');
    assert.deepEqual([outcomes[1], outcomes[3], outcomes[4]], ['abcdefgh', 'abcdefgh', 'abcdefgh']);
    assert.equal(warnings.filter((text) => /^group 'b': something/.test(text)).length, 2);
  });

  it('nor does a call, for what an earlier call left behind', async () => {
    const { outcomes, warnings } = await json<{ outcomes: unknown[]; warnings: string[] }>(`
      const outcomes = [];
      const slow = async (g, { key }) => { await new Promise((r) => setTimeout(r, 20)); return { k: [key] }; };
      for (const leave of [
        () => setTimeout(() => { throw new Error('stray'); }, 1),
        () => { Promise.reject(new Error('stray')); },
        () => setTimeout(() => process.exit(1), 1),
      ]) {
        outcomes.push(await outcome(run((g, { key }) => { if (key === 'b') leave(); return { k: [key] }; })));
        await sleep(30);
        outcomes.push(await outcome(run(slow)));
      }
      await sleep(20);
      print({ outcomes, warnings });
    `);
    assert.deepEqual(outcomes, new Array(6).fill('abcdefgh'));
    assert.equal(warnings.length, 2);
    for (const text of warnings)
      assert.match(text, /^uncaught in a worker, after the function had returned: Error: stray\n/);
  });

  it('take the blame in the end where it is always they', async () => {
    const got = await json<string>(`
      const n = 16;
      const result = await applyParallel(groupby({ k: Array.from({ length: n }, (_, i) => i) }, 'k'),
        (g, { index }) => process.exit(index), { nJobs: 2, onError: 'skip' });
      print(String(result.k.length));
    `);
    assert.equal(got, '0');
  });
});
