import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Data, Dictionary, Int8, Utf8, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { type ChunkedColumn, type GroupingOptions, groupRows } from '#dist/split/index.js';

const all: GroupingOptions = { sort: true, dropna: true, observed: false };

const plain = (values: readonly (string | null)[]): ChunkedColumn => {
  const type = new Utf8();
  return { type, chunks: vectorFromArray(values, type).data };
};

/** A category column of the given values; `null` for a missing one. */
function category(
  categories: readonly string[],
  values: readonly (string | null)[],
  ordered = false,
): ChunkedColumn {
  const type = new Dictionary(new Utf8(), new Int8(), null, ordered);
  const indices = Int8Array.from(values, (value) => (value === null ? -1 : categories.indexOf(value)));
  const validity = new Uint8Array(16);
  values.forEach((value, i) => {
    if (value !== null) validity[i >> 3] |= 1 << (i & 7);
  });
  const buffers = [undefined, indices, validity] as never;
  return {
    type,
    chunks: [new Data(type, 0, values.length, -1, buffers, [], vectorFromArray(categories, new Utf8()))],
  };
}

const group = (columns: readonly ChunkedColumn[], options: Partial<GroupingOptions> = {}) => {
  const { keys, starts, numGroups } = groupRows(columns, rowsOf(columns[0]), { ...all, ...options });
  return Array.from({ length: numGroups }, (_, g) => [...(keys?.[g] ?? ['?']), starts[g + 1] - starts[g]]);
};

const rowsOf = ({ chunks }: ChunkedColumn) => chunks.reduce((sum, { length }) => sum + length, 0);

test('an unused category is an empty group', () => {
  const column = category(['z', 'a', 'm'], ['m', 'z', 'm']);
  assert.deepEqual(group([column]), [
    ['a', 0],
    ['m', 2],
    ['z', 1],
  ]);
  assert.equal(groupRows([column], 3, { ...all, observed: true }).numGroups, 2);
});

test('an ordered category keeps its own order', () => {
  const column = category(['small', 'medium', 'large'], ['large', 'small'], true);
  assert.deepEqual(group([column]), [
    ['small', 1],
    ['medium', 0],
    ['large', 1],
  ]);
});

test('without sorting the used ones come first, as they appear', () => {
  const column = category(['z', 'a', 'm'], ['m', 'z', 'm']);
  assert.deepEqual(group([column], { sort: false }), [
    ['m', 2],
    ['z', 1],
    ['a', 0],
  ]);
});

test('null keys are dropped or the last group', () => {
  const column = category(['b', 'a'], [null, 'b', null]);
  assert.deepEqual(group([column]), [
    ['a', 0],
    ['b', 1],
  ]);
  assert.deepEqual(group([column], { dropna: false }), [
    ['a', 0],
    ['b', 1],
    [null, 2],
  ]);
});

test('of a category and another key, every category meets every value there is', () => {
  const columns = [category(['x', 'y'], ['x', 'x', 'x']), plain(['2', '1', '2'])];
  assert.deepEqual(group(columns), [
    ['x', '1', 1],
    ['x', '2', 2],
    ['y', '1', 0],
    ['y', '2', 0],
  ]);
});

test('of two plain keys and a category, every category meets the pairs that occur, in the order of all three', () => {
  const columns = [plain(['2', '1', '2']), category(['y', 'x'], ['x', 'x', 'x']), plain(['q', 'q', 'p'])];
  assert.deepEqual(group(columns), [
    ['1', 'x', 'q', 1],
    ['1', 'y', 'q', 0],
    ['2', 'x', 'p', 1],
    ['2', 'x', 'q', 1],
    ['2', 'y', 'p', 0],
    ['2', 'y', 'q', 0],
  ]);
  const [a, b, c] = columns;
  assert.deepEqual(
    group([b, a, c]).map(([y, x, z, size]) => [x, y, z, size]),
    group(columns).sort((one, other) => String(one[1]).localeCompare(String(other[1]))),
  );
});

test('without a category there is nothing unused: plain keys are the pairs that occur', () => {
  const columns = [plain(['a', 'b', 'a']), plain(['1', '2', '1'])];
  assert.equal(groupRows(columns, 3, all).numGroups, 2);
  assert.equal(groupRows([plain(['a', 'b'])], 2, all).numGroups, 2);
});

test('a table without rows has a group for each category', () => {
  assert.deepEqual(group([category(['b', 'a'], [])]), [
    ['a', 0],
    ['b', 0],
  ]);
});

test('every pair of categories once, and every row in one of them', () => {
  const value = fc.option(fc.constantFrom('a', 'b', 'c', 'd'), { freq: 5 });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { maxLength: 30 }), fc.boolean(), (rows, dropna) => {
      const names = ['d', 'b', 'a', 'c'];
      const [x, y] = [0, 1].map((k) => rows.map((row) => row[k]));
      const groups = group([category(names, x), category(names, y)], { dropna });
      const sorted = (values: readonly (string | null)[]) => {
        const parts: (string | null)[] = [...names].sort();
        return !dropna && values.includes(null) ? [...parts, null] : parts;
      };
      const expected = sorted(x).flatMap((a) =>
        sorted(y).map((b) => [a, b, rows.filter((row) => row[0] === a && row[1] === b).length]),
      );
      assert.deepEqual(groups, expected);
    }),
  );
});

test('more pairs than can be counted are refused', () => {
  const names = Array.from({ length: 47_000 }, (_, i) => `c${i}`);
  const type = new Dictionary(new Utf8(), new Int8());
  const buffers = [undefined, Int8Array.of(0)] as never;
  const column = { type, chunks: [new Data(type, 0, 1, 0, buffers, [], vectorFromArray(names, new Utf8()))] };
  assert.throws(() => groupRows([column, column], 1, all), {
    code: 'ERR_INVALID_OPTION',
    message: /observed: false .* too many/,
  });
});

test('more groups than anybody waits for are refused before memory runs out', () => {
  const column = category(
    Array.from({ length: 4000 }, (_, i) => `c${i}`),
    ['c0', 'c1'],
  );
  assert.throws(() => groupRows([column, column], 2, all), { message: /4000 × 4000; .*10,000,000/ });
  assert.equal(groupRows([column, column], 2, { ...all, observed: true }).numGroups, 2);
});
