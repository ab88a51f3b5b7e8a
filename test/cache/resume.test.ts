// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { applyParallel, groupby, Memory, type Report, shutdown } from 'apply-parallel';
import { runScript } from '../support/child.js';

const location = mkdtempSync(join(tmpdir(), 'resume-'));
after(() => rmSync(location, { recursive: true, force: true }));
after(shutdown);

const keys = Array.from({ length: 20 }, (_, k) => k);
const table = { k: Int32Array.from(keys), x: Float64Array.from(keys) };
type Group = { k: Int32Array; x: Float64Array };

/** Returns how many groups were found in the cache by a call that succeeds. */
async function known(fn: (group: Group) => object, memory: Memory, nJobs: number): Promise<number> {
  let report: Report | undefined;
  const keep = (made: Report) => {
    report = made;
  };
  const options = { cache: memory, nJobs, report: keep };
  const out = await applyParallel(groupby(table, 'k'), fn as never, options);
  assert.deepEqual(
    [...(out as { y: Float64Array }).y],
    keys.map((k) => 2 * k),
  );
  return report?.cached ?? 0;
}

describe('a call with a cache that does not come to its end', () => {
  for (const nJobs of [1, 2]) {
    it(`keeps what groups returned before one failed, ${nJobs} jobs`, async () => {
      const memory = new Memory({ location: join(location, `fails-${nJobs}`), verbose: 0 });
      const broken = join(location, `broken-${nJobs}`);
      writeFileSync(broken, '');
      const fn = async ({ k, x }: Group) => {
        if (k[0] === 19) {
          await new Promise((resolve) => setTimeout(resolve, 300));
          if (existsSync(broken)) throw new Error('the last group');
        }
        return { y: x.map((value) => value * 2) };
      };
      const options = { cache: memory, nJobs, batchSize: 1 };
      await assert.rejects(applyParallel(groupby(table, 'k'), fn as never, options), {
        code: 'ERR_GROUP_FAILED',
      });
      rmSync(broken);
      assert.equal(await known(fn, memory, nJobs), 19);
    });

    it(`keeps what groups returned before an abort, ${nJobs} jobs`, async () => {
      const memory = new Memory({ location: join(location, `aborts-${nJobs}`), verbose: 0 });
      const fn = async ({ k, x }: Group) => {
        await new Promise((resolve) => setTimeout(resolve, k[0] < 10 ? 0 : 100));
        return { y: x.map((value) => value * 2) };
      };
      const controller = new AbortController();
      const progress = ({ groups }: { groups: number }) => {
        if (groups >= 10) controller.abort();
      };
      const options = { cache: memory, nJobs, batchSize: 1, signal: controller.signal, progress };
      await assert.rejects(applyParallel(groupby(table, 'k'), fn as never, options), { code: 'ERR_ABORTED' });
      assert.ok((await known(fn, memory, nJobs)) >= 9);
    });
  }

  it('keeps what groups returned more than a second before the process was killed', async () => {
    const folder = join(location, 'killed');
    const script = `
      import { readdirSync } from 'node:fs';
      import { applyParallel, groupby, Memory } from 'apply-parallel';
      const keys = Array.from({ length: 20 }, (_, k) => k);
      const table = { k: Int32Array.from(keys), x: Float64Array.from(keys) };
      const memory = new Memory({ location: ${JSON.stringify(folder)}, verbose: 0 });
      const fn = async ({ k, x }) => {
        if (k[0] === 19) await new Promise((resolve) => setTimeout(resolve, process.env.SLOW ? 60_000 : 0));
        return { y: x.map((value) => value * 2) };
      };
      if (process.env.SLOW) {
        // Killed as soon as there is a file, which is a second after the first results.
        setInterval(() => {
          try {
            const files = readdirSync(${JSON.stringify(folder)}, { recursive: true });
            if (files.some((name) => String(name).includes('groups-') && String(name).endsWith('.dump'))) process.kill(process.pid, 'SIGKILL');
          } catch {}
        }, 20);
      }
      const report = ({ cached }) => console.log(cached);
      await applyParallel(groupby(table, 'k'), fn, { cache: memory, nJobs: 2, batchSize: 1, report });
    `;
    const killed = await runScript(script, { env: { SLOW: '1' } });
    assert.equal(killed.signal, 'SIGKILL', killed.stderr);
    const { stdout } = await runScript(script);
    assert.equal(stdout.trim(), '19');
  });
});
