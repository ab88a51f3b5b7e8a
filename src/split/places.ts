import { allocateShared } from '../arrow/index.js';
import { isForKernel, placeCodes } from '../kernel/index.js';
import { type CountedCodes, type KeyCodes, NO_KEY, ranksOf } from './key-codes.js';

/*
 * From codes to groups to places. The loops over rows are in functions that take only typed arrays: V8 keeps
 * their compiled code when it collects garbage, but drops code compiled for objects of other classes once the
 * last of these objects is gone.
 */

/** Counts the rows of each of `count` codes and finds its first row. */
export function countCodes(codes: Int32Array, count: number): CountedCodes {
  const sizes = new Int32Array(count);
  const firsts = new Int32Array(count).fill(-1);
  countInto(codes, sizes, firsts);
  return { sizes, firsts };
}

function countInto(codes: Int32Array, sizes: Int32Array, firsts: Int32Array): void {
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row];
    if (code !== NO_KEY && sizes[code]++ === 0) firsts[code] = row;
  }
}

/**
 * Returns the codes that become groups, in group order. `first` is code -> its first row, -1 for a code
 * without rows.
 */
export function groupOrder(keys: KeyCodes, first: Int32Array, sort: boolean, keepEmpty: boolean): Int32Array {
  const order = new Int32Array(keys.count);
  if (sort) {
    const ranks = ranksOf(keys);
    for (let code = 0; code < keys.count; code++) order[ranks[code]] = code;
  } else {
    for (let code = 0; code < keys.count; code++) order[code] = code;
    const appearance = (code: number) => {
      if (code === keys.nullCode) return Number.POSITIVE_INFINITY;
      return first[code] < 0 ? Number.MAX_SAFE_INTEGER : first[code];
    };
    order.sort((a, b) => (a === b ? 0 : appearance(a) - appearance(b) || a - b));
  }
  return keepEmpty ? order : withRows(order, first);
}

/** Returns the codes that have a row, in their order. */
function withRows(order: Int32Array, first: Int32Array): Int32Array {
  const found = new Int32Array(order.length);
  let count = 0;
  for (let k = 0; k < order.length; k++) if (first[order[k]] >= 0) found[count++] = order[k];
  return count === order.length ? order : found.subarray(0, count);
}

/** Lays groups out one after the other. `next` is code -> the place of its first row. */
export function layOutGroups(order: Int32Array, sizes: Int32Array, first: Int32Array) {
  const numGroups = order.length;
  const starts = new Int32Array(numGroups + 1);
  const firstRows = new Int32Array(numGroups);
  const next = new Int32Array(sizes.length);
  for (let group = 0; group < numGroups; group++) {
    const code = order[group];
    firstRows[group] = first[code];
    next[code] = starts[group];
    starts[group + 1] = starts[group] + sizes[code];
  }
  return { numGroups, starts, firstRows, next };
}

/** Groups one after the other; see the properties of the same names of a grouping. */
interface LaidOutGroups {
  readonly numGroups: number;
  readonly starts: Int32Array;
  readonly firstRows: Int32Array;
}

/**
 * Tells whether all rows are at their places already, without a look at each: a group whose first row is at
 * its place has the rows of all groups before it, and no others, before it.
 */
export function areInPlace({ numGroups, starts, firstRows }: LaidOutGroups, length: number): boolean {
  // Otherwise there are rows without a group.
  if (starts[numGroups] !== length) return false;
  for (let group = 0; group < numGroups; group++) {
    if (firstRows[group] !== starts[group] && starts[group + 1] > starts[group]) return false;
  }
  return true;
}

/** Overwrites the codes of rows that are {@link areInPlace in place} with their places. */
export function fillInPlace(codes: Int32Array): void {
  for (let row = 0; row < codes.length; row++) codes[row] = row;
}

/** Returns place -> row, in shared memory, for `length` places; a row in no group has none. */
export function rowsOfPlaces(places: Int32Array, length: number): Int32Array {
  const rows = new Int32Array(allocateShared(length * 4).buffer);
  for (let row = 0; row < places.length; row++) {
    const place = places[row];
    if (place >= 0) rows[place] = row;
  }
  return rows;
}

/**
 * Overwrites the codes of rows `from` to `to`-1 with the places of the rows; `next` is code -> its next
 * place, and advances. Returns whether every row is at its place already.
 */
export function codesToPlaces(codes: Int32Array, from: number, to: number, next: Int32Array): boolean {
  const inKernel = isForKernel(to - from) ? placeCodes(codes, from, to, next) : undefined;
  if (inKernel !== undefined) return inKernel;
  let inPlace = true;
  for (let row = from; row < to; row++) {
    const code = codes[row];
    const place = code === NO_KEY ? NO_KEY : next[code]++;
    codes[row] = place;
    if (place !== row) inPlace = false;
  }
  return inPlace;
}
