import type { DataType } from 'apache-arrow';
import { factorize } from './factorize.js';
import type { Grouping } from './grouping.js';
import { NO_KEY, nullsAsKey } from './key-codes.js';
import { observedCombinations } from './key-combinations.js';
import { codesToPlaces, groupOrder, layOutGroups } from './places.js';
import type { RangeKeys } from './range-keys.js';

/** The groups of several tables: rows of equal keys form a group, whichever table they are in. */
export interface JointGroups {
  readonly numGroups: number;
  /** group -> the position of its key among the distinct keys of all tables, one table after the other. */
  readonly keyRows: Int32Array;
  /** For each table, its part of every group. */
  readonly sides: readonly JointSide[];
}

export interface JointSide extends Pick<Grouping, 'starts' | 'firstRows'> {
  /** code -> the place of its first row; -1 for a key that is in no group. */
  readonly next: Int32Array;
}

export interface JointOptions {
  /** True for groups in ascending order of their keys, false for the order of first appearance. */
  readonly sort: boolean;
  /** Tells whether a key becomes a group, by the number of its rows in each table. */
  keeps(sizes: readonly number[]): boolean;
}

/** Merges the distinct keys of several tables into groups. All tables must have the same types of keys. */
export function joinGroups(
  types: readonly DataType[],
  tables: readonly RangeKeys[],
  { sort, keeps }: JointOptions,
): JointGroups {
  const total = tables.reduce((sum, { sizes }) => sum + sizes.length, 0);
  const combined = observedCombinations(
    types.map((type, k) => {
      const chunks = tables.map(({ distinct }) => distinct[k]);
      // Rows without a key are dropped before, where they are to be.
      return nullsAsKey(factorize(type, chunks, new Int32Array(total)));
    }),
  );
  const { count, codes } = combined;
  const sizes = tables.map(() => new Int32Array(count));
  const firstRows = tables.map(() => new Int32Array(count).fill(-1));
  /** code -> its place in the order of first appearance; -1 for a key that becomes no group. */
  const appearance = new Int32Array(count).fill(-1);
  const keyRow = new Int32Array(count);
  let at = 0;
  let rowsBefore = 0;
  tables.forEach((table, t) => {
    for (let own = 0; own < table.sizes.length; own++, at++) {
      const code = codes[at];
      const row = table.firstRows[own];
      sizes[t][code] += table.sizes[own];
      if (firstRows[t][code] < 0 || row < firstRows[t][code]) firstRows[t][code] = row;
      if (appearance[code] < 0) keyRow[code] = at;
      if (appearance[code] < 0 || rowsBefore + row < appearance[code]) appearance[code] = rowsBefore + row;
    }
    // Beyond the first rows of all its keys, so that the keys of the next table come later.
    rowsBefore += 1 + table.firstRows.reduce((most, row) => Math.max(most, row), -1);
  });
  for (let code = 0; code < count; code++) {
    if (!keeps(sizes.map((ofTable) => ofTable[code]))) appearance[code] = -1;
  }
  const order = groupOrder(combined, appearance, sort, false);
  at = 0;
  const sides = tables.map((table, t): JointSide => {
    const { next: free, ...side } = layOutGroups(order, sizes[t], firstRows[t]);
    const next = table.sizes.map((size) => {
      const code = codes[at++];
      if (appearance[code] < 0) return -1;
      free[code] += size;
      return free[code] - size;
    });
    return { starts: side.starts, firstRows: side.firstRows, next };
  });
  return { numGroups: order.length, keyRows: order.map((code) => keyRow[code]), sides };
}

/** Overwrites the codes of a table's rows with their places in the split table. */
export function placeJointSide(codes: Int32Array, { next, starts, firstRows }: JointSide): Grouping {
  if (next.includes(-1)) dropUnplaced(codes, next);
  const inPlace = codesToPlaces(codes, 0, codes.length, next.slice());
  return { numGroups: firstRows.length, starts, firstRows, places: codes, inPlace };
}

function dropUnplaced(codes: Int32Array, next: Int32Array): void {
  for (let row = 0; row < codes.length; row++) {
    if (codes[row] !== NO_KEY && next[codes[row]] < 0) codes[row] = NO_KEY;
  }
}
