// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { tableFromArrays } from 'apache-arrow';
import { shutdown, writeDataset } from 'apply-parallel';
import { runScript } from '../../support/child.js';

const folder = mkdtempSync(join(tmpdir(), 'interrupted-'));
after(() => rmSync(folder, { recursive: true, force: true }));
after(shutdown);

/** Mounts a small disk in memory, where this user may. */
function smallDisk(): string | undefined {
  const path = join(folder, 'disk');
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' });
    return path;
  } catch {
    return undefined;
  }
}

describe('writing that cannot come to its end', () => {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    it(`leaves nothing when ${signal} ends the process`, async () => {
      const own = join(folder, signal);
      mkdirSync(own);
      writeFileSync(join(own, 'old.parquet'), 'old');
      const end = await runScript(`
        import { readdirSync } from 'node:fs';
        import { writeDataset } from 'apply-parallel';
        async function* frames() {
          yield [{ x: 1 }];
          yield [{ x: 2 }];
          if (!readdirSync(${JSON.stringify(own)}).some((name) => name.endsWith('.tmp'))) console.log('nothing is there yet');
          process.kill(process.pid, '${signal}');
          await new Promise((resolve) => setTimeout(resolve, 20_000));
        }
        await writeDataset(frames(), { path: ${JSON.stringify(join(own, 'old.parquet'))}, ifExists: 'replace', rowGroupRows: 1 });
      `);
      assert.equal(end.signal, signal, end.stderr);
      assert.equal(end.stdout, '');
      assert.deepEqual(readdirSync(own), ['old.parquet']);
    });
  }

  it('leaves nothing when the program exits', async () => {
    const own = join(folder, 'exit');
    const end = await runScript(`
      import { writeDataset } from 'apply-parallel';
      async function* frames() {
        yield [{ x: 1 }];
        yield [{ x: 2 }];
        process.exit(3);
      }
      await writeDataset(frames(), { path: ${JSON.stringify(join(own, 'out.parquet'))}, rowGroupRows: 1 });
    `);
    assert.equal(end.code, 3, end.stderr);
    assert.equal(existsSync(own), false);
  });

  it('removes at the next call what a killed process left, and nothing of a running one', async () => {
    const own = join(folder, 'killed');
    const write = (end: string) => `
      import { writeDataset } from 'apply-parallel';
      async function* frames() {
        yield [{ x: 1 }];
        yield [{ x: 2 }];
        ${end}
      }
      await writeDataset(frames(), { path: ${JSON.stringify(join(own, 'out.parquet'))}, rowGroupRows: 1 });
    `;
    const end = await runScript(write("process.kill(process.pid, 'SIGKILL');"));
    assert.equal(end.signal, 'SIGKILL');
    const [left] = readdirSync(own);
    assert.match(left, /^out\.parquet\..*\.tmp$/);
    // The name as this process would give it, and as a process on another machine would.
    const others = [
      left.replace(/\.\d+-[\da-z]*-/, `.${process.pid}--`),
      left.replace(/[\da-f]{8}-(?=[\da-f]{12})/, '01234567-'),
    ];
    for (const name of others) mkdirSync(join(own, name));
    await writeDataset([{ x: 1 }], join(own, 'other.parquet'));
    assert.deepEqual(readdirSync(own).sort(), ['other.parquet', ...others].sort());
  });

  it('says how much a full disk lacks, and leaves nothing', async (context) => {
    const disk = smallDisk();
    if (disk === undefined) return context.skip('no right to mount a disk');
    try {
      const x = Float64Array.from({ length: 400_000 }, (_, i) => Math.sin(i));
      for (const name of ['out.parquet', 'out.arrow', 'out.csv']) {
        await assert.rejects(writeDataset(tableFromArrays({ x }), join(disk, name)), {
          code: 'ERR_WRITE',
          message:
            /the disk is full; .* MB were written and removed again, and at least [\d.]+ MB more were needed/,
        });
        assert.deepEqual(readdirSync(disk), []);
      }
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});
