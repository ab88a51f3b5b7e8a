import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Table } from 'apache-arrow';
import { load, scan } from '#dist/index.js';
import { fileOf, streamOf } from '../support/endian.js';

const folder = mkdtempSync(join(tmpdir(), 'apply-parallel-old-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const fixture = (name: string): string =>
  new URL(`../../../fixtures/persist/${name}`, import.meta.url).pathname;

const rowsOf = (table: Table): unknown[] => table.toArray().map((row) => row.toJSON());

const PLAIN = [
  { n: 0n, s: 'a', k: 'x' },
  { n: 1n, s: null, k: 'y' },
  { n: 2n, s: 'c', k: 'x' },
  { n: 3n, s: 'd', k: 'y' },
  { n: 4n, s: 'e', k: 'x' },
];
const UNION = [
  { sparse: 1n, n: 0n, dense: 1.5 },
  { sparse: 'b', n: 1n, dense: 'x' },
  { sparse: 3n, n: 2n, dense: null },
  { sparse: 'd', n: 3n, dense: 'y' },
  { sparse: 5n, n: 4n, dense: 3.5 },
];

for (const ending of ['arrow', 'arrows']) {
  test(`messages without a mark, as before Arrow 0.15: .${ending}`, async () => {
    assert.deepEqual(rowsOf(await load<Table>(fixture(`old-plain.${ending}`))), PLAIN);
    assert.deepEqual(rowsOf(await load<Table>(fixture(`old-plain.${ending}`), { shared: true })), PLAIN);
    const dataset = await scan(fixture(`old-plain.${ending}`));
    assert.deepEqual(rowsOf(await dataset.read()), PLAIN);
  });

  test(`unions with a bitmap of nulls, as before Arrow 1.0: .${ending}`, async () => {
    assert.deepEqual(rowsOf(await load<Table>(fixture(`old-union.${ending}`))), UNION);
    const dataset = await scan(fixture(`old-union.${ending}`));
    assert.deepEqual(rowsOf(await dataset.read()), UNION);
    assert.deepEqual(
      rowsOf(await dataset.select(['dense']).read()),
      UNION.map(({ dense }) => ({ dense })),
    );
  });
}

test('big-endian data is refused by name; the same bytes in little-endian are read', async () => {
  for (const [ending, make] of [
    ['arrow', fileOf],
    ['arrows', streamOf],
  ] as const) {
    const [big, little] = [join(folder, `big.${ending}`), join(folder, `little.${ending}`)];
    writeFileSync(big, make(1));
    writeFileSync(little, make(0));
    assert.equal((await load<Table>(little)).numRows, 0);
    const refused = {
      code: 'ERR_UNSUPPORTED',
      message: /big\.arrows? cannot be read: its numbers are big-endian/,
    };
    await assert.rejects(load(big), refused);
    await assert.rejects(scan(big), refused);
  }
});

test('what only begins like an old stream is none', async () => {
  const path = join(folder, 'other');
  writeFileSync(path, Uint8Array.of(8, 0, 0, 0, 16, 0, 0, 0, 1, 2, 3, 4));
  await assert.rejects(load(path), { code: 'ERR_BAD_FILE' });
});
