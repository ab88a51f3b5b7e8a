// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
    assert.deepEqual(readdirSync(own), []);
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
