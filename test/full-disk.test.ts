// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'full-disk-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Tries each kind of writing where no file may be longer than 50 KB: the system's error is EFBIG. */
const program = `
import { applyParallel, dump, groupby, Memory, scan, shutdown, writeDataset } from 'apply-parallel';
import { tableFromArrays } from 'apache-arrow';
import { mkdirSync } from 'node:fs';
const folder = ${JSON.stringify(folder)};
const n = 100_000;
const table = tableFromArrays({
  k: Int32Array.from({ length: n }, (_, i) => i % 20),
  x: Float64Array.from({ length: n }, (_, i) => Math.sin(i)),
});
// Each row group makes a file of its own, which is short enough.
mkdirSync(folder + '/in');
for (let part = 0; part < 50; part++) {
  await writeDataset(table.slice(part * 2000, part * 2000 + 2000), folder + '/in/' + part + '.parquet');
}
const dataset = await scan(folder + '/in');
const numbers = { x: table.getChild('x').toArray() };
const failures = {};
const attempt = async (name, body) => {
  await body().then(
    () => { failures[name] = { message: 'no error' }; },
    ({ constructor, code, message, cause }) => {
      failures[name] = { class: constructor.name, code, message, cause: cause?.code };
    },
  );
};
await attempt('dump', () => dump(numbers, folder + '/a.dump'));
const small = Array.from({ length: 500 }, () => new Float64Array(200));
await attempt('dump of small pieces', () => dump(small, folder + '/a.dump'));
await attempt('compressed dump', () => dump(numbers, folder + '/a.dump.gz'));
await attempt('dump of Arrow', () => dump(table, folder + '/a.arrow'));
await attempt('dump of Parquet', () => dump(table, folder + '/a.parquet'));
await attempt('writeDataset', () => writeDataset(table, folder + '/b.arrow'));
await attempt('to', () => applyParallel(groupby(table, 'k'), (g) => g, { to: folder + '/c.csv' }));
const spilled = { memoryLimit: '600KB', spillTo: folder + '/spill' };
await attempt('spill', () => applyParallel(groupby(dataset, 'k'), (g) => g, spilled));
if (process.platform === 'linux') await attempt('device', () => dump(numbers, '/dev/full'));
const memory = new Memory({ location: folder + '/cache' });
process.on('warning', ({ message }) => { failures.cache = { message }; });
const cached = memory.cache((length) => new Float64Array(length));
failures.cached = { message: String((await cached(n)).length) };
await shutdown();
process.stdout.write(JSON.stringify(failures));
`;

interface Failure {
  readonly class?: string;
  readonly code?: string;
  readonly message: string;
  readonly cause?: string;
}

describe('a disk that takes no more', { skip: process.platform === 'win32' && 'no limits here' }, () => {
  let failures: Record<string, Failure>;
  before(() => {
    // Blocks of 512 bytes, in every shell that calls itself sh.
    const { stdout, stderr } = spawnSync(
      'sh',
      ['-c', 'ulimit -f 100; exec "$0" --input-type=module -e "$1"', process.execPath, program],
      { encoding: 'utf8' },
    );
    assert.notEqual(stdout, '', stderr);
    failures = JSON.parse(stdout);
  });

  const megabytes = String.raw`\d+\.\d MB`;
  for (const name of [
    'dump',
    'dump of small pieces',
    'compressed dump',
    'dump of Arrow',
    'dump of Parquet',
  ]) {
    it(`${name}: names the file, the bytes, and what to do`, () => {
      const { message, ...failure } = failures[name];
      assert.deepEqual(failure, { class: 'ApplyError', code: 'ERR_WRITE', cause: 'EFBIG' });
      const path = `${folder}/a.`.replace(/[/\\.]/g, '\\$&');
      const wanted =
        `^${path}[a-z.]+ cannot be written: the disk is full; ${megabytes} are needed, less if compressed, ` +
        `and ${megabytes} were written and removed again; make room, or write to another disk$`;
      assert.match(message, new RegExp(wanted));
    });
  }

  for (const name of ['writeDataset', 'to']) {
    it(`${name}: names the place, the bytes, and what to do`, () => {
      const { message, ...failure } = failures[name];
      assert.deepEqual(failure, { class: 'ApplyError', code: 'ERR_WRITE', cause: 'EFBIG' });
      assert.match(
        message,
        /[bc]\.(arrow|csv) cannot be written: the disk is full; .* MB more were needed; make/,
      );
    });
  }

  it('spilled rows: names the folder, the bytes, and what to do', () => {
    const { message, ...failure } = failures.spill;
    assert.deepEqual(failure, { class: 'ApplyError', code: 'ERR_SPILL', cause: 'EFBIG' });
    assert.match(
      message,
      /the disk of .*spill is full: the rows need about .* MB, and .* removed again; name another/,
    );
  });

  it('devices: names the device', { skip: process.platform !== 'linux' && 'no such device' }, () => {
    const { code, cause, message } = failures.device;
    assert.deepEqual({ code, cause }, { code: 'ERR_WRITE', cause: 'ENOSPC' });
    assert.match(message, /^\/dev\/full cannot be written: the disk is full; 0\.8 MB are needed/);
  });

  it('a cache warns, names the file, and returns what the function returned', () => {
    assert.equal(failures.cached.message, '100000');
    assert.match(
      failures.cache.message,
      /is not cached: .*\.dump cannot be written: the disk is full; 0\.8 MB are/,
    );
  });

  it('nothing is left', () => {
    const left = readdirSync(folder, { recursive: true }).map(String);
    assert.deepEqual(
      left.filter((name) => /\.tmp$|^[abc]\.|^spill./.test(name)),
      [],
    );
  });
});
