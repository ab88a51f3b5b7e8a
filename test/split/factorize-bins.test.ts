import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Data, Float32, Float64, Int8, Int32, Int64, Uint64, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { areExactFloats, type Bins, factorizeCells } from '#dist/split/index.js';

/** The bin of a number by comparing it with all edges, as `np.searchsorted` counts; -1 for none. */
function binOf(value: number | null, { edges, right, includeLowest }: Bins): number {
  if (value === null || Number.isNaN(value)) return -1;
  let passed = [...edges].filter((edge) => (right ? edge < value : edge <= value)).length;
  if (includeLowest && value === edges[0]) passed = 1;
  return passed === edges.length ? -1 : passed - 1;
}

function check(chunks: readonly Data[], values: readonly (number | null)[], bins: Bins): void {
  const { codes, periods, counted } = factorizeCells(chunks, bins, new Int32Array(values.length));
  const expected = values.map((value) => binOf(value, bins));
  assert.deepEqual(
    Array.from(codes, (code) => (code < 0 ? -1 : periods[code])),
    expected,
  );
  const appeared = [...new Set(expected.filter((bin) => bin >= 0))];
  assert.deepEqual([...periods], appeared);
  assert.deepEqual(
    [...(counted?.firsts ?? [])],
    appeared.map((bin) => expected.indexOf(bin)),
  );
  assert.deepEqual(
    [...(counted?.sizes ?? [])],
    appeared.map((bin) => expected.filter((each) => each === bin).length),
  );
}

const nextUp = (value: number): number => {
  const floats = Float64Array.of(value);
  const bits = new BigInt64Array(floats.buffer);
  bits[0] += value >= 0 ? 1n : -1n;
  return Number.isFinite(value) && value !== 0 ? floats[0] : value;
};

/** Edges of every kind: even, by powers, infinite, close together, or any. */
const anyEdges = fc
  .oneof(
    fc
      .tuple(
        fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
        fc.double({ noNaN: true, min: 1e-9, max: 1e6 }),
        fc.integer({ min: 1, max: 60 }),
      )
      .map(([from, step, count]) => Array.from({ length: count + 1 }, (_, k) => from + k * step)),
    fc.integer({ min: 2, max: 40 }).map((count) => Array.from({ length: count }, (_, k) => 10 ** (k - 20))),
    fc.array(fc.double({ noNaN: true }), { minLength: 2, maxLength: 12 }),
    fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 12 }),
    fc.constant([-Number.MAX_VALUE, 0, Number.MAX_VALUE]),
    fc.constant([0, Number.MIN_VALUE, 2 * Number.MIN_VALUE]),
  )
  .chain((edges) =>
    fc.constantFrom(edges, [Number.NEGATIVE_INFINITY, ...edges], [...edges, Number.POSITIVE_INFINITY]),
  )
  .map((edges) => Float64Array.from(new Set(edges)).sort())
  .filter(({ length }) => length >= 2);

const anyBins = fc.record({ edges: anyEdges, right: fc.boolean(), includeLowest: fc.boolean() });

describe('bins of numbers', () => {
  it('are exact at edges, just below and just above', () => {
    const cases = anyBins.chain((bins) => {
      const atEdge = fc.nat(bins.edges.length - 1).map((k) => bins.edges[k]);
      const beside = atEdge.chain((edge) => fc.constantFrom(nextUp(edge), -nextUp(-edge)));
      const value = fc.oneof(atEdge, beside, fc.double(), fc.integer({ min: -30, max: 30 }));
      return fc.record({
        bins: fc.constant(bins),
        values: fc.array(fc.option(value, { freq: 8 }), { maxLength: 50 }),
      });
    });
    fc.assert(
      fc.property(cases, ({ bins, values }) => {
        const half = values.length >> 1;
        const [first, second] = [values.slice(0, half), [null, ...values.slice(half)]].map(
          (part) => vectorFromArray(part, new Float64()).data[0] as unknown as Data,
        );
        check([first, second.slice(1, values.length - half)], values, bins);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are found in columns of every type of number', () => {
    const values = Array.from({ length: 3_000 }, (_, row) => (row % 97 === 0 ? null : (row * 31) % 120));
    const bins = { edges: Float64Array.of(0, 10, 20, 50, 110), right: false, includeLowest: false };
    for (const type of [new Int8(), new Int32(), new Int64(), new Uint64(), new Float32(), new Float64()]) {
      const isWide = type.ArrayType.BYTES_PER_ELEMENT === 8 && !(type instanceof Float64);
      const given = values.map((value) => (isWide && value !== null ? BigInt(value) : value));
      const chunk = vectorFromArray(given as never[], type).data[0] as unknown as Data;
      check([chunk], values, bins);
    }
  });

  it('are those of two equal edges', () => {
    const chunk = vectorFromArray([4, 5, 6], new Float64()).data[0] as unknown as Data;
    for (const right of [true, false])
      for (const includeLowest of [true, false])
        check([chunk], [4, 5, 6], { edges: Float64Array.of(5, 5), right, includeLowest });
  });

  it('compare 64-bit integers as floats only where these are exact', () => {
    const isExact = (value: bigint, type: Int64 | Uint64) =>
      areExactFloats({ type, chunks: [vectorFromArray([value], type).data[0] as unknown as Data] });
    assert.equal(isExact(2n ** 53n - 1n, new Int64()), true);
    assert.equal(isExact(-(2n ** 53n), new Int64()), true);
    assert.equal(isExact(2n ** 53n, new Int64()), false);
    assert.equal(isExact(-(2n ** 53n) - 1n, new Int64()), false);
    assert.equal(isExact(2n ** 64n - 1n, new Uint64()), false);
    assert.equal(isExact(7n, new Uint64()), true);
  });
});
