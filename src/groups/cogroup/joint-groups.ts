import { type Grouping, placeJointSide } from '../../split/index.js';
import type { DatasetGroups, GroupedDataset, OpenOptions } from '../datasets/index.js';
import type { GroupSource } from '../group-source.js';
import type { GroupbyParts } from '../groupby.js';
import { joinKeys, keysOfFrame, type SideKeys, sizesOf, sumOf } from './find-groups.js';
import { jointPlaces } from './joint-places.js';
import { jointKeyColumns, jointKeyReader } from './key-reader.js';
import type { How } from './options.js';
import { keysOf, type Side } from './sides.js';

/** A side with its part of every group. */
export type JointRows = {
  /** Group `g` has the places starts[g] to starts[g + 1]-1 on this side. */
  readonly starts: Int32Array;
  /** Lies in shared memory. */
  readonly sizes: Int32Array;
} & (
  | { readonly kind: 'frame'; readonly parts: GroupbyParts; readonly grouping: Grouping }
  | {
      readonly kind: 'dataset';
      readonly grouped: GroupedDataset;
      /** The groups, with the places of rows among the groups of all sides. */
      readonly groups: Pick<DatasetGroups, 'dataset' | 'task' | 'units' | 'places' | 'firstRows' | 'numRows'>;
    }
);

/** The groups of several sides, whose rows are still where they were. */
export interface JointRowGroups
  extends Pick<GroupSource, 'count' | 'sizes' | 'numRows' | 'key' | 'keyColumns'> {
  readonly sides: readonly JointRows[];
}

/** The keys of a side, and what places its rows once the groups of all sides are known. */
interface FoundSide {
  readonly keys: SideKeys;
  place(side: Parameters<typeof placeJointSide>[1]): JointRows;
}

/** Finds the groups of frames and data sets together, from their keys alone. */
export async function findJointGroups(
  sides: readonly Side[],
  how: How,
  unitBytes: number,
  options: Omit<OpenOptions, 'memoryLimit' | 'spillTo'>,
): Promise<JointRowGroups> {
  const found: FoundSide[] = [];
  for (const side of sides) {
    const isFrame = side.kind === 'frame';
    found.push(isFrame ? frameSide(side.parts) : await datasetSide(side.grouped, unitBytes, options));
  }
  const joined = joinKeys(
    found.map(({ keys }) => keys),
    how,
  );
  const placed = found.map(({ place }, k) => place(joined.sides[k]));
  const sizes = sumOf(placed.map((side) => side.sizes));
  return {
    count: sizes.length,
    sizes,
    numRows: placed.reduce((sum, side) => sum + numRowsOf(side), 0),
    key: jointKeyReader(joined, keysOf(sides[0]).isScalar),
    keyColumns: () => jointKeyColumns(joined),
    sides: placed,
  };
}

/** Returns the rows of a side, also those in no group. */
export const numRowsOf = (side: JointRows): number =>
  side.kind === 'frame' ? side.parts.table.numRows : side.groups.numRows;

function frameSide(parts: GroupbyParts): FoundSide {
  const { codes, ...keys } = keysOfFrame(parts);
  return {
    keys,
    place(side) {
      const grouping = placeJointSide(codes, side);
      return { kind: 'frame', parts, grouping, starts: side.starts, sizes: sizesOf(side.starts) };
    },
  };
}

async function datasetSide(
  grouped: GroupedDataset,
  unitBytes: number,
  options: Omit<OpenOptions, 'memoryLimit' | 'spillTo'>,
): Promise<FoundSide> {
  const found = await grouped.groups(unitBytes, options);
  const { areDates, options: how } = grouped.parts;
  const keyColumns = found.keyColumns();
  return {
    keys: {
      distinct: keyColumns.map(({ data }) => data),
      // Groups that are not sorted are in the order of first appearance, and that is all that is asked.
      firstRows: Int32Array.from({ length: found.count }, (_, group) => group),
      sizes: found.sizes,
      columns: keyColumns.map(({ field, data }, k) => ({ field, type: data.type, isDate: areDates[k] })),
      sort: how.sort,
    },
    place({ starts, next }) {
      const places = jointPlaces(found.places, found.starts, next);
      const groups = { ...found, places };
      return { kind: 'dataset', grouped, groups, starts, sizes: sizesOf(starts) };
    },
  };
}
