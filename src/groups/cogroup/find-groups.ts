import type { ChunkedColumn, Grouping } from '../../split/index.js';
import { factorizeRange, joinGroups, placeJointSide } from '../../split/index.js';
import type { GroupbyParts } from '../groupby.js';
import type { KeyColumn } from '../keys/index.js';
import { castKeys, jointKeyType } from './joint-keys.js';
import type { How } from './options.js';

/** The groups of several frames together. */
export interface CoGroups {
  /** One for each frame: where its rows of every group are. */
  readonly groupings: readonly Grouping[];
  /** One for each frame: the number of its rows of every group. Lies in shared memory. */
  readonly sizes: readonly Int32Array[];
  /** The distinct keys of all frames, a chunk for each frame; one column for each key. */
  readonly keys: readonly ChunkedColumn[];
  /** group -> the row of its key in `keys`. */
  readonly keyRows: Int32Array;
}

/** Finds the groups of several frames. Keys are compared in the types that all frames have in common. */
export function findCoGroups(frames: readonly GroupbyParts[], how: How): CoGroups {
  const types = keyColumnsOf(frames).map((columns) => jointKeyType(columns, ({ type }) => type));
  const tables = frames.map(({ table, keys, options }) => {
    const codes = new Int32Array(table.numRows);
    const { distinct, ...found } = factorizeRange(keys.columns, 0, table.numRows, codes, options);
    // Only the distinct keys are cast: they are few, and the rows keep their types.
    const cast = distinct.map((data, k) => castKeys(data, types[k], keys.columns[k]));
    return { ...found, codes, distinct: cast };
  });
  const joint = joinGroups(types, tables, {
    sort: frames.some(({ options }) => options.sort),
    keeps: KEEPS[how],
  });
  const groupings = tables.map(({ codes }, k) => placeJointSide(codes, joint.sides[k]));
  return {
    groupings,
    sizes: groupings.map(sizesOf),
    keys: types.map((type, k) => ({ type, chunks: tables.map(({ distinct }) => distinct[k]) })),
    keyRows: joint.keyRows,
  };
}

/** Returns, for each key, its column of each frame. */
export function keyColumnsOf(frames: readonly GroupbyParts[]): KeyColumn[][] {
  return frames[0].keys.columns.map((_, k) => frames.map(({ keys }) => keys.columns[k]));
}

/** Tells whether a key becomes a group, by the number of its rows in each frame. */
const KEEPS: { readonly [Each in How]: (sizes: readonly number[]) => boolean } = {
  outer: (sizes) => sizes.some((size) => size > 0),
  inner: (sizes) => sizes.every((size) => size > 0),
  left: (sizes) => sizes[0] > 0,
  right: (sizes) => sizes[sizes.length - 1] > 0,
};

function sizesOf({ starts, numGroups }: Grouping): Int32Array {
  const sizes = new Int32Array(new SharedArrayBuffer(numGroups * 4));
  for (let group = 0; group < numGroups; group++) sizes[group] = starts[group + 1] - starts[group];
  return sizes;
}
