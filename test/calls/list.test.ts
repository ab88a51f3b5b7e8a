import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ListReader } from '#dist/calls/list-reader.js';
import { type ListOptions, ListWriter } from '#dist/calls/list-writer.js';
import { shipValue } from '#dist/ship/index.js';

const primitive = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.bigInt(),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.boolean(),
  fc.constantFrom(null, undefined, -0, ''),
);
const data = fc.oneof(
  { weight: 4, arbitrary: primitive },
  { weight: 1, arbitrary: fc.array(primitive, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.string(), primitive, { maxKeys: 3, noNullPrototype: true }) },
  { weight: 1, arbitrary: fc.float64Array({ maxLength: 4 }) },
);

/**
 * Positions a worker reads: claims, each in order, of which it takes some and leaves others to other workers.
 */
const claims = fc.array(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 700 })), { maxLength: 6 });

const written = (values: readonly unknown[], options?: ListOptions) => {
  const writer = new ListWriter((value) => shipValue(value, 'a value', []), options);
  for (const value of values) writer.add(value);
  return writer.finish();
};

function requireRead(values: readonly unknown[], steps: readonly [number, number][], options?: ListOptions) {
  const reader = new ListReader(written(values, options));
  let at = 0;
  for (const [skip, count] of steps) {
    at = Math.min(at + skip, values.length);
    for (const end = Math.min(at + count, values.length); at < end; at++) {
      assert.deepEqual(reader.read(at), values[at]);
      assert.equal(reader.isGraph, false);
    }
  }
}

const everything: [number, number][] = [[0, Number.MAX_SAFE_INTEGER]];

test('values come out as they went in, in whichever parts they are read', () => {
  fc.assert(
    fc.property(fc.array(data, { maxLength: 60 }), claims, (some, steps) => {
      // More than a segment holds.
      const values = Array.from({ length: some.length * 11 }, (_, i) => some[i % some.length]);
      requireRead(values, steps);
      requireRead(values, everything);
    }),
  );
});

test('so do lists of arguments, however many each call has', () => {
  const calls = fc.array(fc.array(data, { maxLength: 4 }), { maxLength: 60 });
  fc.assert(
    fc.property(calls, claims, (some, steps) => {
      const values = Array.from({ length: some.length * 11 }, (_, i) => some[i % some.length]);
      requireRead(values, steps, { areArguments: true });
      requireRead(values, everything, { areArguments: true });
    }),
  );
});

test('calls without arguments take no memory, and each gets a list of its own', () => {
  const list = written(
    Array.from({ length: 1000 }, () => []),
    { areArguments: true },
  );
  assert.ok(list.bytes.length < 100, `${list.bytes.length} bytes`);
  const reader = new ListReader(list);
  const first = reader.read(0) as unknown[];
  first.push(1);
  assert.deepEqual(reader.read(1), []);
  assert.deepEqual(reader.read(999), []);
});

test('lists of different lengths share parts', () => {
  const values = Array.from({ length: 1000 }, (_, i) => Array.from({ length: i % 3 }, (_, k) => i + k));
  assert.equal(written(values, { areArguments: true }).firsts.length, 4);
  requireRead(values, everything, { areArguments: true });
});

test('large numbers end a part, too', () => {
  const long = Array.from({ length: 4000 }, (_, i) => i);
  const list = written(
    Array.from({ length: 9 }, (_, i) => (i % 2 ? [2n ** 260_000n] : long)),
    { areArguments: true },
  );
  assert.deepEqual(list.firsts, [0, 3, 6]);
});

test('texts end a part when they have become long', () => {
  const text = 'x'.repeat(30_000);
  const list = written(
    Array.from({ length: 9 }, () => [text]),
    { areArguments: true },
  );
  assert.deepEqual(list.firsts, [0, 3, 6]);
});

test('two values that have an object in common do not have it any more', () => {
  const common = { n: 1 };
  const reader = new ListReader(written([[common], [common]], { areArguments: true }));
  const [[a], [b]] = [reader.read(0), reader.read(1)] as { n: number }[][];
  a.n = 2;
  assert.equal(b.n, 1);
});
