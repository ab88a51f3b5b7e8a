import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partial } from '#dist/ship/index.js';
import { Celsius } from './support/celsius.mjs';
import { roundTrip } from './support/round-trip.mjs';

interface Context {
  readonly index: number;
}
function scale(
  xs: readonly number[],
  { rate, shift = 0 }: { rate: number; shift?: number },
  context?: Context,
): string {
  return xs.map((x) => x * rate + shift + (context?.index ?? 0)).join();
}

test('calls the function with what is bound, here and in a worker', async () => {
  const half = partial(scale, { rate: 0.5 });
  assert.equal(half.name, 'scale');
  assert.equal(half([2, 4]), '1,2');
  assert.equal(half([2, 4], { index: 1 }), '2,3');
  assert.equal(await roundTrip(half, [2, 4], { index: 1 }), '2,3');
});

test('is fixed when made, and fresh for every call', async () => {
  const options: { rate: number; seen?: boolean } = { rate: 2 };
  const probe = partial((_: null, bound: { rate: number; seen?: boolean }) => {
    const before = bound.seen;
    bound.seen = true;
    return [bound.rate, before];
  }, options);
  options.rate = 3;
  assert.deepEqual(
    [probe(null), probe(null)],
    [
      [2, undefined],
      [2, undefined],
    ],
  );
  assert.deepEqual(await roundTrip(() => [probe(null), probe(null)]), [
    [2, undefined],
    [2, undefined],
  ]);
});

test('nests, holds closures, functions and values with codecs', async () => {
  const offset = 100;
  const inner = partial(
    (x: number, bound: { add: (a: number) => number; warm: Celsius }, more: { times: number }) =>
      (bound.add(x) + bound.warm.degrees) * more.times + offset,
    { add: (a: number) => a + 1, warm: new Celsius(20) },
  );
  const outer = partial(inner, { times: 2 });
  assert.equal(outer(1), 144);
  assert.equal(await roundTrip(outer, 1), 144);
});

test('a class instance and shared values stay what they are', async () => {
  const table = new Map([['a', 1]]);
  const check = partial(
    (_: null, { a, b }: { a: Map<string, number>; b: { table: Map<string, number> } }) => a === b.table,
    { a: table, b: { table } },
  );
  assert.equal(await roundTrip(check, null), true);
});

test('wrong arguments are told at once', () => {
  // @ts-expect-error not a function
  assert.throws(() => partial(3, {}), { code: 'ERR_INVALID_OPTION' });
  // @ts-expect-error not an object
  assert.throws(() => partial(scale, 3), {
    code: 'ERR_INVALID_OPTION',
    message: /bound must be an object.*got 3/,
  });
  // @ts-expect-error an array has no names
  assert.throws(() => partial(scale, [1]), { code: 'ERR_INVALID_OPTION', message: /got an array/ });
});

test('types: what is bound must fit the second parameter', () => {
  const exact: (xs: readonly number[], context?: Context) => string = partial(scale, { rate: 1 });
  assert.ok(exact);
  // @ts-expect-error rate is missing
  partial(scale, { shift: 1 });
  // @ts-expect-error rate is a number
  partial(scale, { rate: '1' });
  // @ts-expect-error the group's type is kept
  assert.throws(() => partial(scale, { rate: 1 })('text'));
  // The parameter's type may come from what is bound.
  const inferred = partial((x: number, { rate }) => x * rate, { rate: 2 });
  assert.equal(inferred(4), 8);
});
