import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { dump, load } from 'apply-parallel';
import { home, newFile } from './support/there-and-back.js';

describe('what stands where a dump goes', { skip: process.platform === 'win32' }, () => {
  const modeOf = (file: string) => statSync(file).mode & 0o777;

  it('keeps its permissions', async () => {
    for (const [name, mode] of [
      ['a', 0o600],
      ['b.gz', 0o666],
      ['c.arrow', 0o640],
    ] as const) {
      const file = newFile(name);
      writeFileSync(file, 'x');
      chmodSync(file, mode);
      await dump([{ a: 1 }], file);
      assert.equal(modeOf(file), mode);
    }
    const fresh = newFile();
    await dump(1, fresh);
    assert.equal(modeOf(fresh), 0o666 & ~process.umask());
  });

  it('stays a symbolic link, to a file that is there or not', async () => {
    const folder = mkdtempSync(join(home, 'links-'));
    mkdirSync(join(folder, 'inner'));
    writeFileSync(join(folder, 'inner', 'real'), 'x', { mode: 0o600 });
    symlinkSync('inner', join(folder, 'alias'));
    symlinkSync('inner/real', join(folder, 'link'));
    symlinkSync('../missing', join(folder, 'inner', 'dangling'));
    symlinkSync('round', join(folder, 'round'));
    await dump(5, join(folder, 'link'));
    await dump(6, join(folder, 'alias', 'dangling'));
    assert.equal(await load(join(folder, 'inner', 'real')), 5);
    assert.equal(modeOf(join(folder, 'inner', 'real')), 0o600);
    assert.equal(await load(join(folder, 'missing')), 6);
    await assert.rejects(dump(1, join(folder, 'round')), { code: 'ELOOP' });
    for (const link of ['link', 'alias', join('inner', 'dangling')]) {
      assert.ok(lstatSync(join(folder, link)).isSymbolicLink(), link);
    }
    assert.deepEqual(readdirSync(folder), ['alias', 'inner', 'link', 'missing', 'round']);
  });

  it('is written to itself when it is a pipe or a device, and refused when it is a folder', async () => {
    const pipe = newFile();
    execFileSync('mkfifo', [pipe]);
    const value = { x: new Float64Array(300_000).fill(2) };
    for (const compress of [false, true]) {
      const copy = newFile();
      const reader = spawn('sh', ['-c', 'cat "$0" > "$1"', pipe, copy]);
      const isRead = once(reader, 'exit');
      await dump(value, pipe, { compress });
      await isRead;
      assert.deepEqual(await load(copy), value);
    }
    assert.ok(lstatSync(pipe).isFIFO());
    await dump(value, '/dev/null');
    await assert.rejects(dump(value, home), { code: 'EISDIR' });
  });
});
