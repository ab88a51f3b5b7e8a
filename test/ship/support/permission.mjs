import { moduleFunction, partial } from '#dist/ship/index.js';
import { roundTrip } from './round-trip.mjs';

const rate = 2;
const helper = (x) => x + 1;
const closure = (x) => helper(x) * rate;
const results = {
  free: await roundTrip((x) => x + 5, 4),
  globals: await roundTrip((x) => Object.keys(x).length + new Map([[1, 2]]).size, { a: 1, b: 2 }),
  partial: await roundTrip(
    partial((x, bound) => (bound.helper(x) - 1) * bound.rate, { rate, helper }),
    4,
  ),
  module: await roundTrip(moduleFunction(new URL('./helpers.mjs', import.meta.url), 'times'), 4),
  closure: await roundTrip(closure, 4).catch(({ code, message }) => `${code} ${message}`),
};
process.stdout.write(JSON.stringify(results));
