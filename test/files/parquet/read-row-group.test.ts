import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type AnyTable, scan, writeDataset } from 'apply-parallel';

const home = mkdtempSync(join(tmpdir(), 'apply-parallel-row-groups-'));
after(() => rmSync(home, { recursive: true, force: true }));

/** Columns that differ from file to file and do not compress to nothing. */
const frame = (seed: number, length: number) => ({
  x: Float64Array.from({ length }, (_, k) => Math.sin(seed + k)),
  text: Array.from({ length }, (_, k) => `${seed}-${(k * 7919) % length}`),
});

const rowsOf = (table: AnyTable) => ['x', 'text'].map((name) => [...(table.getChild(name) ?? [])]);

describe('row groups of Parquet files', () => {
  it('are right when a thread reads several at once, and again after one that failed', async () => {
    const sizes = [3000, 10, 20_000, 500];
    const paths = sizes.map((_, seed) => join(home, `${seed}.parquet`));
    for (const [seed, path] of paths.entries()) {
      await writeDataset(frame(seed, sizes[seed]), { path, rowGroupRows: 4000 });
    }
    const sets = await Promise.all(paths.map((path) => scan(path)));
    rmSync(paths[1]);
    for (let round = 0; round < 3; round++) {
      const read = await Promise.allSettled(sets.map((each) => each.read()));
      for (const [seed, result] of read.entries()) {
        if (seed === 1) {
          assert.equal(
            result.status === 'rejected' && (result.reason as { code: string }).code,
            'ERR_BAD_FILE',
          );
          continue;
        }
        const expected = frame(seed, sizes[seed]);
        assert.ok(result.status === 'fulfilled');
        assert.deepEqual(rowsOf(result.value), [[...expected.x], expected.text]);
      }
    }
  });
});
