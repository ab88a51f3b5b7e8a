import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeData, Timestamp, TimeUnit } from 'apache-arrow';
import { guessRange } from '#dist/groups/keys/time-range.js';

const ROWS = 70_000;
const MS_PER_DAY = 86_400_000n;

function guessOf(unit: TimeUnit, first: bigint, step: bigint) {
  const type = new Timestamp(unit);
  const data = BigInt64Array.from({ length: ROWS }, (_, row) => first + BigInt(row) * step);
  return { data, guess: guessRange({ type, chunks: [makeData({ type, length: ROWS, data })] }) };
}

for (const [name, unit, perMs] of [
  ['milliseconds', TimeUnit.MILLISECOND, 1n],
  ['microseconds', TimeUnit.MICROSECOND, 1_000n],
  ['nanoseconds', TimeUnit.NANOSECOND, 1_000_000n],
] as const) {
  test(`the range of ${name} of the present is guessed`, () => {
    const { data, guess } = guessOf(unit, 19_800n * MS_PER_DAY * perMs, 60_000n * perMs);
    assert.ok(guess);
    assert.ok(guess[0] <= Number(data[0]) && Number(data[ROWS - 1]) <= guess[1]);
  });
}

test('no range is guessed that goes beyond 64 bits, or beyond the times that every takes', () => {
  assert.equal(guessOf(TimeUnit.NANOSECOND, 2n ** 63n - 2n ** 40n, 1n).guess, undefined);
  assert.equal(guessOf(TimeUnit.NANOSECOND, -(2n ** 63n), 1n).guess, undefined);
  assert.equal(guessOf(TimeUnit.MILLISECOND, 2n ** 61n, 1n).guess, undefined);
});
