import {
  type ChunkedColumn,
  factorizeRange,
  type Grouping,
  type JointSide,
  joinGroups,
  placeJointSide,
  type RangeKeys,
} from '../../split/index.js';
import type { GroupbyParts } from '../groupby.js';
import { castKeys, jointKeyType, type KeyType } from './joint-keys.js';
import type { How } from './options.js';

/** The distinct keys of a frame or data set; they may be found without its rows. */
export interface SideKeys extends RangeKeys {
  readonly columns: readonly KeyType[];
  readonly sort: boolean;
}

/** The groups of several sides together, as far as their keys tell. */
export interface JoinedKeys {
  /** For each key, its column of each side. */
  readonly columns: readonly (readonly KeyType[])[];
  /** The distinct keys of all sides, a chunk for each side; one column for each key. */
  readonly keys: readonly ChunkedColumn[];
  /** group -> the row of its key in `keys`. */
  readonly keyRows: Int32Array;
  readonly sides: readonly JointSide[];
}

/** The groups of several frames together. */
export interface CoGroups extends JoinedKeys {
  /** One for each frame: where its rows of every group are. */
  readonly groupings: readonly Grouping[];
  /** One for each frame: the number of its rows of every group. Lies in shared memory. */
  readonly sizes: readonly Int32Array[];
}

/** Finds the groups of several frames. */
export function findCoGroups(frames: readonly GroupbyParts[], how: How): CoGroups {
  const sides = frames.map(keysOfFrame);
  const joined = joinKeys(sides, how);
  const groupings = sides.map(({ codes }, k) => placeJointSide(codes, joined.sides[k]));
  return { ...joined, groupings, sizes: joined.sides.map(({ starts }) => sizesOf(starts)) };
}

/** Finds the keys of a frame, and the code of each row. */
export function keysOfFrame({
  table,
  keys,
  options,
}: GroupbyParts): SideKeys & { readonly codes: Int32Array } {
  const codes = new Int32Array(table.numRows);
  const found = factorizeRange(keys.columns, 0, table.numRows, codes, options);
  return { ...found, codes, columns: keys.columns, sort: options.sort };
}

/** Joins the keys of several sides. They are compared in the types that all sides have in common. */
export function joinKeys(sides: readonly SideKeys[], how: How): JoinedKeys {
  const columns = columnsByKey(sides);
  const types = columns.map((ofSides) => jointKeyType(ofSides, ({ type }) => type));
  const tables = sides.map(({ distinct, firstRows, sizes, columns: own }) => ({
    firstRows,
    sizes,
    // Only the distinct keys are cast: they are few, and the rows keep their types.
    distinct: distinct.map((data, k) => castKeys(data, types[k], own[k])),
  }));
  const joint = joinGroups(types, tables, { sort: sides.some(({ sort }) => sort), keeps: KEEPS[how] });
  return {
    columns,
    keys: types.map((type, k) => ({ type, chunks: tables.map(({ distinct }) => distinct[k]) })),
    keyRows: joint.keyRows,
    sides: joint.sides,
  };
}

/** Returns, for each key, its column of each side. */
export const columnsByKey = (sides: readonly { readonly columns: readonly KeyType[] }[]): KeyType[][] =>
  sides[0].columns.map((_, k) => sides.map(({ columns }) => columns[k]));

/** Tells whether a key becomes a group, by the number of its rows on each side. */
const KEEPS: { readonly [Each in How]: (sizes: readonly number[]) => boolean } = {
  outer: (sizes) => sizes.some((size) => size > 0),
  inner: (sizes) => sizes.every((size) => size > 0),
  left: (sizes) => sizes[0] > 0,
  right: (sizes) => sizes[sizes.length - 1] > 0,
};

/** Returns the sizes of groups, in shared memory. */
export function sizesOf(starts: Int32Array): Int32Array {
  const numGroups = starts.length - 1;
  const sizes = new Int32Array(new SharedArrayBuffer(numGroups * 4));
  for (let group = 0; group < numGroups; group++) sizes[group] = starts[group + 1] - starts[group];
  return sizes;
}

/** Returns the sizes of groups on all sides together, in shared memory. */
export function sumOf([first, ...others]: readonly Int32Array[]): Int32Array {
  const sum = new Int32Array(new SharedArrayBuffer(first.byteLength));
  sum.set(first);
  for (const sizes of others) for (let group = 0; group < sum.length; group++) sum[group] += sizes[group];
  return sum;
}
