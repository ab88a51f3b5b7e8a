import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderStatistics } from '#dist/groups/keys/order-statistics.js';

const length = 20_000;
const spread = (row: number) => ((row * 7919) % length) / length;

const columns = {
  even: (row: number) => spread(row) * 1000 - 500,
  'far from each other': (row: number) => 10 ** (spread(row) * 600 - 300),
  'mostly equal': (row: number) => (row % 10 === 0 ? spread(row) : 5),
  'with infinities': (row: number) => (row % 1000 === 0 ? Number.POSITIVE_INFINITY : spread(row)),
  'all equal': () => 3,
  'with both zeros': (row: number) => (row % 3 === 0 ? -0 : row % 3 === 1 ? 0 : spread(row) - 0.5),
};

for (const [name, numberOf] of Object.entries(columns)) {
  test(`numbers at ranks are those of sorted numbers: ${name}`, () => {
    const numbers = Float64Array.from({ length }, (_, row) => numberOf(row));
    const sorted = numbers.slice().sort();
    const ranks = [0, 1, 17, 4_999, 5_000, 9_999, 10_000, 15_000, length - 2, length - 1];
    const numberAt = orderStatistics(numbers, ranks);
    for (const rank of ranks) assert.ok(Object.is(numberAt(rank), sorted[rank]), `rank ${rank}`);
  });
}
