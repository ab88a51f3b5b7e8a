// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import {
  type DataType,
  LargeUtf8,
  makeVector,
  Table,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import fc from 'fast-check';
import { kernelLimits, textLimits } from '#dist/kernel/index.js';
import {
  chunkedColumn,
  factorizeRange,
  type GroupingOptions,
  groupRows,
  scatterColumn,
  scatterTable,
} from '#dist/split/index.js';
import { scalarTypes } from '../support/arrow-types.js';
import { cellsOf, typeName } from '../support/cells.js';
import { anyTable, keyType } from '../support/random-tables.js';

/* The kernel and the TypeScript that stands in for it must give the same results. */

const usual = { ...kernelLimits };
const usualBytes = textLimits.bytes;
beforeEach(() => {
  textLimits.bytes = 0;
});
afterEach(() => {
  Object.assign(kernelLimits, usual);
  textLimits.bytes = usualBytes;
});

const withKernel = <T>(run: () => T): T => {
  Object.assign(kernelLimits, { rows: 0, chunkRows: 0 });
  return run();
};
const without = <T>(run: () => T): T => {
  kernelLimits.rows = Number.POSITIVE_INFINITY;
  return run();
};

const options = fc.record({ sort: fc.boolean(), dropna: fc.boolean(), observed: fc.boolean() });

function assertSame(table: Table, numKeys: number, chosen: GroupingOptions): void {
  const keys = Array.from({ length: Math.min(numKeys, table.numCols) }, (_, k) => chunkedColumn(table, k));
  const types = keys.map(({ type }) => typeName(type)).join();
  const group = () => groupRows(keys, table.numRows, chosen);
  const grouping = withKernel(group);
  assert.deepEqual(grouping, without(group), types);
  const range = () => {
    const codes = new Int32Array(table.numRows);
    const to = Math.ceil(table.numRows * 0.7);
    const { distinct, ...rest } = factorizeRange(keys, to >> 1, to, codes, chosen);
    return { ...rest, codes, distinct: distinct.map((data) => cellsOf([data])) };
  };
  assert.deepEqual(withKernel(range), without(range), types);
  const scattered = () =>
    scatterTable(table, grouping).columns.map((data) => ({
      cells: cellsOf([data]),
      nulls: data.nullCount,
      type: typeName(data.type),
      bytes: data.values?.byteLength,
    }));
  assert.deepEqual(withKernel(scattered), without(scattered), types);
}

test('groups and shards of random tables are the same', () => {
  fc.assert(
    fc.property(anyTable({ first: keyType, maxColumns: 3, maxRows: 60 }), options, (table, chosen) =>
      assertSame(table, 1, chosen),
    ),
    { numRuns: 600 },
  );
});

test('keys of every scalar type', () => {
  for (const type of scalarTypes) {
    fc.assert(
      fc.property(
        anyTable({ first: fc.constant(type), maxColumns: 0, maxRows: 60 }),
        options,
        (table, chosen) => assertSame(table, 1, chosen),
      ),
      { numRuns: 15 },
    );
  }
});

test('several keys', () => {
  fc.assert(
    fc.property(
      anyTable({ type: keyType, minColumns: 2, maxColumns: 3, maxRows: 40 }),
      options,
      fc.integer({ min: 2, max: 3 }),
      (table, chosen, numKeys) => assertSame(table, numKeys, chosen),
    ),
    { numRuns: 200 },
  );
});

test('short texts of constant widths, which are numbered as one key', () => {
  const widths = [
    [3, 3],
    [0, 8],
    [2, 2, 4],
    [1, 4, 4],
    [5, 4],
  ];
  const letter = fc.constantFrom('a', 'b', '~');
  const word = (width: number) =>
    fc.array(letter, { minLength: width, maxLength: width }).map((letters) => letters.join(''));
  for (const columns of widths) {
    const row = fc.tuple(...columns.map(word));
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(20), { maxLength: 3 }),
        options,
        fc.boolean(),
        (given, cuts, chosen, hasNull) => {
          const texts = columns.map((_, k) => given.map((each) => each[k] as string | null));
          if (hasNull) texts[0][0] = null;
          const vectors = texts.map((each, k) => vectorFromArray(each, k % 2 ? new LargeUtf8() : new Utf8()));
          const table = new Table(Object.fromEntries(vectors.map((vector, k) => [`c${k}`, vector])));
          assertSame(inChunks(table, cuts), columns.length, chosen);
        },
      ),
      { numRuns: 60 },
    );
  }
});

/** Returns the rows of a table in chunks of some lengths, and the rest in one. */
function inChunks(table: Table, lengths: readonly number[]): Table {
  let from = 0;
  let all = table.slice(0, 0);
  for (const length of lengths) {
    all = all.concat(table.slice(from, from + length));
    from += length;
  }
  return all.concat(table.slice(from));
}

const rows = 100_000;

function assertSameKeys(vector: Vector): void {
  const column = { type: vector.type as DataType, chunks: vector.data };
  const group = () => groupRows([column], vector.length, { sort: true, dropna: true, observed: true });
  const grouping = withKernel(group);
  assert.deepEqual(grouping, without(group));
  const { places, starts, numGroups } = grouping;
  const move = () => {
    const { values, valueOffsets, nullBitmap } = scatterColumn(column, places, starts[numGroups]);
    return { values, valueOffsets, nullBitmap };
  };
  assert.deepEqual(withKernel(move), without(move));
}

test('more keys than the first table has room for', () => {
  const spread = BigInt64Array.from({ length: rows }, (_, i) => BigInt(Math.imul(i, 7919)) << 20n);
  assertSameKeys(makeVector(spread));
  const near = BigInt64Array.from({ length: rows }, (_, i) => BigInt((i * 7919) % 99_991));
  assertSameKeys(makeVector(near));
  assertSameKeys(makeVector(Float64Array.from(near, Number)));
});

test('texts of all lengths, longer than a piece too', () => {
  const lengths = [0, 1, 6, 7, 8, 9, 15, 16, 17, 100, 5000];
  const texts = Array.from({ length: 3000 }, (_, i) => {
    const text = String.fromCharCode(97 + (i % 3)).repeat(lengths[i % lengths.length]);
    return i % 7 === 0 ? null : text + (text.length > 8 ? i % 50 : '');
  });
  texts[1000] = 'x'.repeat(700_000);
  texts[2000] = 'x'.repeat(700_000);
  texts[2001] = `${'x'.repeat(699_999)}y`;
  assertSameKeys(vectorFromArray(texts, new Utf8()));
  assertSameKeys(vectorFromArray(texts, new LargeUtf8()));
});

test('many distinct texts', () => {
  const short = Array.from({ length: rows }, (_, i) => `${(i * 7919) % 99_991}`);
  assertSameKeys(vectorFromArray(short, new Utf8()));
  const long = short.map((text) => `a longer text ${text} and its end`);
  assertSameKeys(vectorFromArray(long, new Utf8()));
});
