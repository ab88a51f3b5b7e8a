import assert from 'node:assert/strict';
import { it } from 'node:test';
import { axisTicks } from '#dist/groups/report/axis-ticks.js';

it('ticks are round numbers from 0, about as many as were asked for', () => {
  assert.deepEqual(axisTicks(10, 8), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual(axisTicks(1234, 8), [0, 200, 400, 600, 800, 1000, 1200]);
  assert.deepEqual(axisTicks(0.3, 8), [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]);
  assert.deepEqual(axisTicks(42_000, 8), [0, 5000, 10_000, 15_000, 20_000, 25_000, 30_000, 35_000, 40_000]);
});

it('a call that took no time has one tick', () => {
  assert.deepEqual(axisTicks(0, 8), [0]);
});
