import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { applyParallel, cogroup, groupby, scan, shutdown } from 'apply-parallel';

/* Lines whose value in another column cannot be read are left out of the keys, too. */

const folder = mkdtempSync(join(tmpdir(), 'skipped-lines-'));
after(() => rmSync(folder, { recursive: true, force: true }));
after(shutdown);

const path = join(folder, 'torn.csv');
const lines = Array.from({ length: 4000 }, (_, row) => `${row % 4},${row % 100 === 6 ? 'torn' : row}`);
writeFileSync(path, ['k,n', ...lines, ''].join('\n'));
const open = () => scan(path, { csv: { types: { n: 'int32' }, onBadLine: 'skip' } });
const small = { input: 'columns', memoryLimit: 20_000, groupKeys: true } as const;

describe('lines that are left out', () => {
  it('are left out of groups in files as of groups in memory, and counted', async () => {
    const inMemory = await open();
    const inFiles = await open();
    const fn = ({ n }: { n: Int32Array }) => ({ rows: [n.length], sum: [n.reduce((a, b) => a + b, 0)] });
    const expected = await applyParallel(groupby(inMemory, 'k'), fn, { ...small, memoryLimit: '1GB' });
    const result = await applyParallel(groupby(inFiles, 'k'), fn, small);
    assert.deepEqual(result.toArray().map(String), expected.toArray().map(String));
    assert.deepEqual([inMemory.skippedLines, inFiles.skippedLines], [40, 40]);
    assert.deepEqual(await groupby(inFiles, 'k').sizes(), [1000, 1000, 960, 1000]);
  });

  it('are left out of cogroups in files', async () => {
    const [left, right] = [await open(), await open()];
    const rows = (one: { n: Int32Array }, other: { n: Int32Array }) => ({
      rows: [one.n.length, other.n.length],
    });
    const result = await applyParallel(cogroup(groupby(left, 'k'), groupby(right, 'k')), rows, small);
    assert.deepEqual(
      result.toArray().map(({ k, rows }) => `${k}:${rows}`),
      [0, 0, 1, 1, 2, 2, 3, 3].map((k) => `${k}:${k === 2 ? 960 : 1000}`),
    );
    assert.deepEqual([left.skippedLines, right.skippedLines], [40, 40]);
  });
});
