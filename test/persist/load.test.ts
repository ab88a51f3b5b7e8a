import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { tableFromArrays } from 'apache-arrow';
import { dump, hash, load } from 'apply-parallel';
import { home, newFile } from './support/there-and-back.js';

const table = () => tableFromArrays({ x: Float64Array.of(1, 2, 3), s: ['a', 'b', 'a'] });

describe('files that are no dumps', () => {
  it('says what a file looks like', async () => {
    const cases: [string | Buffer, RegExp][] = [
      ['', /it is empty/],
      ['{"a": 1}', /looks like JSON/],
      ['a,b\n1,2\n', /looks like text/],
      [Buffer.from('80049525', 'hex'), /Python pickle.*\.feather or \.parquet/],
      [Buffer.from('\x93NUMPY\x01\x00', 'latin1'), /NumPy/],
      ['PK\x03\x04', /zip/],
      ['FEA1....', /Feather file of version 1/],
      ['BZh9', /bzip2/],
      [Buffer.from([0, 1, 2, 250]), /not those of any format/],
      ['APPLY', /ends in its first bytes/],
    ];
    for (const [content, message] of cases) {
      const file = newFile();
      writeFileSync(file, content);
      await assert.rejects(load(file), { name: 'ApplyError', code: 'ERR_BAD_FILE', message });
    }
    await assert.rejects(load(newFile()), { code: 'ENOENT' });
    await assert.rejects(load(home), { code: 'ERR_BAD_FILE', message: /it is a folder/ });
  });

  it('refuses a dump cut off anywhere, whole or compressed', async () => {
    const value = { x: Float64Array.from({ length: 300 }, Math.random), t: table(), text: 'x'.repeat(500) };
    for (const ending of ['', '.gz', '.br']) {
      const file = newFile(ending);
      await dump(value, file);
      const { length } = readFileSync(file);
      for (let cut = length - 1; cut >= 0; cut -= Math.ceil(length / 60)) {
        truncateSync(file, cut);
        await assert.rejects(load(file), { code: 'ERR_BAD_FILE' }, `${ending} ${cut} of ${length}`);
      }
    }
  });

  it('refuses a dump with any byte changed', async () => {
    const file = newFile();
    await dump({ x: Float64Array.from({ length: 30 }, (_, i) => i), t: table() }, file);
    const whole = readFileSync(file);
    const expected = hash(await load(file));
    for (let at = 0; at < whole.length; at += 7) {
      const damaged = Buffer.from(whole);
      damaged[at] ^= 0x41;
      writeFileSync(file, damaged);
      // What stands between the sections is nobody's.
      const outcome = await load(file).then(hash, (error: { code?: string }) => error.code);
      assert.ok(outcome === 'ERR_BAD_FILE' || outcome === expected, `byte ${at}: ${outcome}`);
    }
  });

  it('refuses one of a format that is newer', async () => {
    const file = newFile();
    await dump(1, file);
    const bytes = readFileSync(file);
    bytes.writeUInt32LE(99, 8);
    writeFileSync(file, bytes);
    await assert.rejects(load(file), {
      code: 'ERR_BAD_FILE',
      message: /newer version.*update apply-parallel/,
    });
  });
});
