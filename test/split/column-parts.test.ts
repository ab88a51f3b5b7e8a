// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LargeUtf8, type Table, tableFromArrays, Utf8, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { allocateShared } from '#dist/arrow/index.js';
import {
  type ChunkedColumn,
  ConstantOffsets,
  canGroupByRanges,
  chunkedColumn,
  codesToPlaces,
  columnParts,
  factorizeRange,
  groupRows,
  hasDictionaryInside,
  joinParts,
  mergeRangeKeys,
  scatterColumn,
  scatterPart,
} from '#dist/split/index.js';
import { cellsOf } from '../support/cells.js';
import { anyTable, keyType } from '../support/random-tables.js';

type Ranges = [from: number, to: number][];

/** Rows 0 … length-1 in consecutive ranges, some of them empty. */
const rangesOf = (length: number, cuts: readonly number[]): Ranges => {
  const bounds = [0, ...cuts.map((cut) => Math.round(cut * length)).sort((a, b) => a - b), length];
  return bounds.slice(1).map((to, k) => [bounds[k], to]);
};
const cuts = fc.array(
  fc.integer({ min: 0, max: 8 }).map((part) => part / 8),
  { maxLength: 5 },
);

/** Groups rows range by range, with the result of groupRows. */
function groupByRanges(
  keys: ChunkedColumn[],
  length: number,
  ranges: Ranges,
  sort: boolean,
  dropna: boolean,
) {
  const codes = new Int32Array(length);
  const found = ranges.map(([from, to]) => factorizeRange(keys, from, to, codes, { dropna }));
  const types = keys.map(({ type }) => type);
  const { next, ...grouping } = mergeRangeKeys(types, found, { sort, dropna });
  const inPlace = ranges.map(([from, to], k) => codesToPlaces(codes, from, to, next[k]));
  return { ...grouping, places: codes, inPlace: inPlace.every(Boolean) };
}

function assertGrouped(table: Table, numKeys: number, shares: number[], sort: boolean, dropna: boolean) {
  const keys = Array.from({ length: Math.min(numKeys, table.numCols) }, (_, k) => chunkedColumn(table, k));
  if (!canGroupByRanges(keys, { sort, dropna, observed: true })) return;
  const { keys: _, ...whole } = groupRows(keys, table.numRows, { sort, dropna, observed: true });
  assert.deepEqual(groupByRanges(keys, table.numRows, rangesOf(table.numRows, shares), sort, dropna), whole);
}

describe('a split in parts', () => {
  it('finds the groups that a split in one go finds', () => {
    const tables = anyTable({ first: keyType, type: keyType, maxColumns: 2 });
    fc.assert(
      fc.property(tables, fc.integer({ min: 1, max: 3 }), cuts, fc.boolean(), fc.boolean(), assertGrouped),
      { numRuns: 600 },
    );
  });

  it('does so for many keys, each of which most ranges have', () => {
    const keys = Int32Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 3001);
    const names = Array.from(keys, (key) => `key ${key}`);
    const table = tableFromArrays({ names, keys });
    assertGrouped(table, 1, [0.25, 0.5, 0.75], true, true);
    assertGrouped(table, 2, [0.3], false, true);
  });

  it('moves every column to where a move in one go has it', () => {
    fc.assert(
      fc.property(anyTable({ first: keyType, minColumns: 1 }), cuts, (table, shares) => {
        const options = { sort: true, dropna: true, observed: true };
        const { places, starts, numGroups } = groupRows([chunkedColumn(table, 0)], table.numRows, options);
        const length = starts[numGroups];
        const constantOffsets = new ConstantOffsets(allocateShared);
        table.schema.fields.forEach(({ type }, k) => {
          if (hasDictionaryInside(type) || 'dictionary' in type) return;
          const column = chunkedColumn(table, k);
          const plan = columnParts(column, length, rangesOf(table.numRows, shares), constantOffsets);
          const done = plan.parts.map((part) => scatterPart(column, part, places, length));
          const moved = joinParts(type, length, plan, done);
          assert.deepEqual(cellsOf([moved]), cellsOf([scatterColumn(column, places, length)]));
        });
      }),
      { numRuns: 400 },
    );
  });

  it('takes strings of one length for what they are, whatever the length', () => {
    for (let width = 0; width <= 13; width++) {
      for (const type of [new Utf8(), new LargeUtf8()]) {
        const text = (i: number) => (i % 5).toString().repeat(width);
        const column = vectorFromArray(
          Array.from({ length: 40 }, (_, i) => text(i)),
          type,
        );
        const chunked = { type, chunks: [...column.data] };
        const found = groupRows([chunked], 40, { sort: true, dropna: true, observed: true });
        assert.equal(found.numGroups, width === 0 ? 1 : 5);
        const moved = scatterColumn(chunked, found.places, 40);
        const expected = new Array<string>(40);
        found.places.forEach((place, row) => {
          expected[place] = text(row);
        });
        assert.deepEqual(cellsOf([moved]), cellsOf(vectorFromArray(expected, type).data));
      }
    }
  });
});
