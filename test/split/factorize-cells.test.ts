import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { type Data, Int32, Int64, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { type Cells, kernelLimits, OutsideCells } from '#dist/kernel/index.js';
import { factorizeCells } from '#dist/split/index.js';

const usual = { ...kernelLimits };
afterEach(() => {
  Object.assign(kernelLimits, usual);
});

const ways = [
  ['in the kernel', { rows: 0, chunkRows: 0 }],
  ['without it', { rows: Number.POSITIVE_INFINITY, chunkRows: 0 }],
] as const;

/** What a column of numbers of periods must give, by bigints alone. */
function expected(values: readonly (bigint | null)[], { origin, size, periodOf }: Cells) {
  const periods: number[] = [];
  const [sizes, firsts]: number[][] = [[], []];
  const codes = values.map((value, row) => {
    if (value === null) return -1;
    const cell = Number((value - origin) / size);
    const period = periodOf ? periodOf[cell] : cell;
    let code = periods.indexOf(period);
    if (code < 0) {
      code = periods.push(period) - 1;
      sizes.push(0);
      firsts.push(row);
    }
    sizes[code]++;
    return code;
  });
  return { codes, periods, sizes, firsts };
}

function found(chunks: readonly Data[], cells: Cells) {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const { codes, periods, counted, count, compare } = factorizeCells(chunks, cells, new Int32Array(length));
  assert.equal(count, periods.length);
  for (let code = 1; code < count; code++)
    assert.equal(Math.sign(compare(code - 1, code)), Math.sign(periods[code - 1] - periods[code]));
  const lists = { codes, periods, sizes: counted?.sizes ?? [], firsts: counted?.firsts ?? [] };
  return Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, [...list]]));
}

/** Cells within 64 bits, and integers in them: often in the first or the last of a cell. */
const anyColumn = (least: bigint, greatest: bigint) =>
  fc
    .record({
      count: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 1 << 22 })),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      place: fc.double({ min: 0, max: 1, noNaN: true }),
      joins: fc.boolean(),
    })
    .chain(({ count, share, place, joins }) => {
      const largest = (greatest - least) / BigInt(count);
      const size = 1n + BigInt(Math.floor(Number(largest) * share ** 4 * 0.999));
      const room = greatest - least - size * BigInt(count);
      const origin = least + (room > 0n ? (room * BigInt(Math.floor(place * 1000))) / 1000n : 0n);
      const periodOf =
        joins && count < 5_000 ? Int32Array.from({ length: count }, (_, k) => k >> 2) : undefined;
      const cells: Cells = { origin, size, count, periodOf };
      const value = fc
        .tuple(fc.integer({ min: 0, max: count - 1 }), fc.bigInt(0n, size - 1n), fc.nat(2))
        .map(([cell, within, edge]) => origin + BigInt(cell) * size + [within, 0n, size - 1n][edge]);
      const values = fc.array(fc.option(value, { freq: 6 }), { maxLength: 40 });
      return fc.record({ cells: fc.constant(cells), values });
    });

/** Chunks of which the second begins within its memory. */
const chunksOf = (values: readonly (bigint | null)[], type: Int32 | Int64): Data[] => {
  const cellsOf = (some: readonly (bigint | null)[]) =>
    some.map((value) => (value !== null && type instanceof Int32 ? Number(value) : value));
  const half = values.length >> 1;
  const made = [values.slice(0, half), [null, ...values.slice(half)]].map(
    (part) => vectorFromArray(cellsOf(part) as never[], type).data[0] as unknown as Data,
  );
  return [made[0], made[1].slice(1, values.length - half)];
};

describe('periods of integers', () => {
  for (const [name, limits] of ways) {
    for (const [type, bits] of [
      [new Int64(), 63n],
      [new Int32(), 31n],
    ] as const) {
      it(`are numbered ${name}, of ${type}`, () => {
        Object.assign(kernelLimits, limits);
        const column = anyColumn(-(2n ** bits) / 2n, 2n ** bits / 2n - 1n);
        fc.assert(
          fc.property(column, ({ cells, values }) => {
            assert.deepEqual(found(chunksOf(values, type), cells), expected(values, cells));
          }),
          { numRuns: 300 },
        );
      });
    }

    it(`are numbered ${name}, in runs of one cell`, () => {
      Object.assign(kernelLimits, limits);
      const cells: Cells = { origin: -7n, size: 10n, count: 30 };
      const runs = fc.array(fc.tuple(fc.nat(29), fc.nat(11), fc.nat(9)), { maxLength: 12 });
      fc.assert(
        fc.property(runs, fc.nat(3), (chosen, first) => {
          const values = chosen.flatMap(([cell, length, within]) =>
            Array.from({ length }, (_, k) => BigInt(cell * 10 - 7 + ((within + k) % 10))),
          );
          const chunk = vectorFromArray(values, new Int64()).data[0] as unknown as Data;
          const from = Math.min(first, values.length);
          const rest = chunk.slice(from, values.length - from);
          assert.deepEqual(found([rest], cells), expected(values.slice(from), cells));
        }),
        { numRuns: 300 },
      );
    });

    for (const type of [new Int64(), new Int32()]) {
      it(`are refused ${name} where ${type} lies in no cell`, () => {
        Object.assign(kernelLimits, limits);
        const [least, most] =
          type instanceof Int64 ? [-(2n ** 63n), 2n ** 63n - 1n] : [-(2n ** 31n), 2n ** 31n - 1n];
        for (const size of type instanceof Int64 ? [10n, 10n ** 16n] : [10n]) {
          const cells: Cells = { origin: 5n * size, size, count: 3 };
          const first = cells.origin;
          const end = first + 3n * size;
          for (const value of [first - 1n, first - size, end, end + 1n, least, most, 0n]) {
            for (const before of [0, 1, 6]) {
              const values = [...Array.from({ length: before }, () => first), value, first];
              assert.throws(
                () => found(chunksOf(values, type), cells),
                OutsideCells,
                `${size} ${value} ${before}`,
              );
            }
          }
          assert.deepEqual(found(chunksOf([first, end - 1n], type), cells).periods, [0, 2]);
        }
      });
    }

    it(`are numbered ${name}, of many rows`, () => {
      Object.assign(kernelLimits, limits);
      const values = Array.from({ length: 50_000 }, (_, row) =>
        row % 1001 === 0 ? null : BigInt((row * 7919) % 100_000) * 1_000_000_007n - 5_000_000_000n,
      );
      const cells: Cells = { origin: -5_000_000_000n, size: 86_400_000_000n, count: 1_200 };
      assert.deepEqual(found(chunksOf(values, new Int64()), cells), expected(values, cells));
    });
  }

  it('are none without rows', () => {
    assert.deepEqual(
      found([], { origin: 0n, size: 1n, count: 0 }),
      expected([], { origin: 0n, size: 1n, count: 0 }),
    );
  });
});
