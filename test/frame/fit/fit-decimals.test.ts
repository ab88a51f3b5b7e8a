import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Decimal, Field, Int8, Schema, type Table, vectorFromArray } from 'apache-arrow';
import { ApplyError, applyParallel, groupby, shutdown } from 'apply-parallel';
import { chunksOf } from '../../support/cells.js';
import { stored } from '../../support/stored.js';

after(() => shutdown());

const declare = (type: Decimal) => new Schema([new Field('v', type, true)]);

async function asDecimals(v: readonly unknown[], type: Decimal): Promise<unknown> {
  const options = { nJobs: 1, schema: declare(type), output: 'arrow' } as const;
  const table: Table = await applyParallel(groupby([{ k: 1 }], 'k'), () => ({ v }), options);
  assert.equal(String(table.schema.fields[0].type), String(type));
  return chunksOf(table, 0).flatMap((data) =>
    Array.from({ length: data.length }, (_, row) => stored(data, row)),
  );
}

const isMismatch = (error: unknown) => error instanceof ApplyError && error.code === 'ERR_SCHEMA_MISMATCH';

for (const [bits, digits] of [
  [32, 9],
  [64, 18],
  [128, 38],
  [256, 76],
] as const) {
  const type = new Decimal(2, digits, bits);
  test(`numbers and bigints fit into a declared Decimal of ${bits} bits that has their digits`, async () => {
    assert.deepEqual(await asDecimals([1.25, null, -0.1, 0, -12345.5], type), [
      '1.25',
      null,
      '-0.10',
      '0.00',
      '-12345.50',
    ]);
    assert.deepEqual(await asDecimals([1n, -7n], type), ['1.00', '-7.00']);
    for (const wrong of [1.255, -0, Number.NaN, Infinity, 1e-7, Number(`1e${digits - 2}`)]) {
      await assert.rejects(asDecimals([wrong], type), isMismatch, String(wrong));
    }
  });
}

test('numbers in powers of ten, and those of vectors, whose type is not inferred', async () => {
  assert.deepEqual(await asDecimals([1e21, 1.5e22], new Decimal(1, 30)), [
    `1${'0'.repeat(21)}.0`,
    `15${'0'.repeat(21)}.0`,
  ]);
  assert.deepEqual(await asDecimals([1e-7], new Decimal(8, 30)), ['0.00000010']);
  const options = { nJobs: 1, schema: declare(new Decimal(2, 30)) };
  const fn = () => ({ v: vectorFromArray([1], new Int8()) });
  await assert.rejects(applyParallel(groupby([{ k: 1 }], 'k'), fn, options), isMismatch);
});
