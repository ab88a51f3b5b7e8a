// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tableFromArrays } from 'apache-arrow';
import {
  applyParallel,
  type Dataset,
  groupby,
  shutdown,
  transformParallel,
  writeDataset,
} from 'apply-parallel';
import { runScript } from '../../support/child.js';

const folder = mkdtempSync(join(tmpdir(), 'spill-interrupted-'));
after(() => rmSync(folder, { recursive: true, force: true }));
after(shutdown);

const n = 100_000;
const input = join(folder, 'in.parquet');
let dataset: Dataset;
before(async () => {
  const k = Int32Array.from({ length: n }, (_, i) => i % 100);
  const x = Float64Array.from({ length: n }, (_, i) => Math.sin(i));
  dataset = await writeDataset(tableFromArrays({ k, x }), { path: input, rowGroupRows: 10_000 });
});

/** A program that spills to a folder and then ends by a signal, in the middle of its groups. */
const program = (spillTo: string, signal: string) => `
  import { readdirSync } from 'node:fs';
  import { applyParallel, groupby, scan } from 'apply-parallel';
  const results = applyParallel(groupby(await scan(${JSON.stringify(input)}), 'k'), () => ({ x: [1] }), {
    memoryLimit: '500KB', spillTo: ${JSON.stringify(spillTo)}, returnAs: 'generator',
  });
  await results.next();
  if (readdirSync(${JSON.stringify(spillTo)}).length !== 1) console.log('nothing is there yet');
  process.kill(process.pid, '${signal}');
  await new Promise((resolve) => setTimeout(resolve, 20_000));
`;

describe('spilling that cannot come to its end', () => {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    it(`leaves nothing when ${signal} ends the process`, async () => {
      const own = join(folder, signal);
      const end = await runScript(program(own, signal));
      assert.deepEqual([end.signal, end.stdout], [signal, ''], end.stderr);
      assert.equal(existsSync(own), false);
    });
  }

  it('removes at the next start what a killed process left', async () => {
    const own = join(folder, 'SIGKILL');
    const end = await runScript(program(own, 'SIGKILL'));
    assert.equal(end.signal, 'SIGKILL');
    assert.equal(readdirSync(own).length, 1);
    await applyParallel(groupby(dataset, 'k'), () => null, { memoryLimit: '500KB', spillTo: own });
    assert.deepEqual(readdirSync(own), []);
  });

  it('says what a disk lacks before it spills, or when it is full', async (context) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1400k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      return context.skip('no right to mount a disk');
    }
    try {
      const spill = () =>
        applyParallel(groupby(dataset, 'k'), () => null, { memoryLimit: '500KB', spillTo: disk });
      // The estimate is 1.2 MB, and the places of the rows take 0.4 MB more.
      await assert.rejects(spill(), {
        code: 'ERR_SPILL',
        message:
          /the disk of .* is full: the rows need about 1\.\d MB, and [01]\.\d MB were written and removed again; name another/,
      });
      assert.deepEqual(readdirSync(disk), []);
      execFileSync('mount', ['-o', 'remount,size=500k', disk]);
      await assert.rejects(spill(), {
        code: 'ERR_SPILL',
        message: /has 0\.5 MB free, and the rows need about 1\.\d MB; name another folder with spillTo/,
      });
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('says that a disk is full of results in the order of rows, and leaves nothing', async (context) => {
    const disk = join(folder, 'disk of results');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      return context.skip('no right to mount a disk');
    }
    try {
      // The rows fit, and their results do not.
      const wide = ({ x }: { readonly x: Float64Array }) =>
        Object.fromEntries(Array.from({ length: 8 }, (_, k) => [`y${k}`, x.map((value) => value + k)]));
      const how = { memoryLimit: '500KB', spillTo: disk, input: 'columns' } as const;
      for (const options of [{}, { nJobs: 1 }, { to: join(folder, 'full.parquet') }]) {
        const call = transformParallel(groupby(dataset, 'k'), wide as never, { ...how, ...options });
        await assert.rejects(call as Promise<unknown>, {
          code: 'ERR_SPILL',
          message:
            /the disk of .*disk of results is full: \d\.\d MB of results were written beside the groups' rows, and removed again; name another/,
        });
        assert.deepEqual(readdirSync(disk), []);
        assert.deepEqual(
          readdirSync(folder).filter((name) => name.startsWith('full')),
          [],
        );
      }
      // The same disk serves the next call, whose results fit.
      const keep = ({ x }: { readonly x: Float64Array }) => ({ x });
      const same = await transformParallel(groupby(dataset, 'k'), keep as never, how);
      assert.equal((same as unknown as { numRows: number }).numRows, n);
      assert.deepEqual(readdirSync(disk), []);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('names a folder that cannot be written to', async () => {
    const call = applyParallel(groupby(dataset, 'k'), () => null, { memoryLimit: '500KB', spillTo: input });
    await assert.rejects(call, { code: 'ERR_SPILL', message: /in\.parquet/ });
  });
});
