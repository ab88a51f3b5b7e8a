import '../load-arrow/index.js';

import {
  allocateShared,
  describeData,
  noteConstantWidth,
  reviveData,
  reviveType,
  type WireData,
  type WireType,
} from '../arrow/index.js';
import type { Kernel, KernelSource } from '../run/index.js';
import {
  type ChunkedColumn,
  type ColumnPart,
  codesToPlaces,
  factorizeRange,
  gather,
  gatherRange,
  type PartResult,
  type RangeKeys,
  type RowsToGather,
  scatterPart,
} from '../split/index.js';

/*
 * Splits a part of a table in a worker. The columns lie in shared memory; each index of the job is one part
 * of the task.
 */

/** A column in shared memory as it is posted. */
export interface WireColumn {
  readonly type: WireType;
  readonly chunks: readonly WireData[];
  /** The byte length of every value, of strings whose values all have one. */
  readonly width?: number;
  readonly cells?: ChunkedColumn['cells'];
}

export type RowRange = readonly [from: number, to: number];

export type SplitTask =
  /** Finds the keys of each range of rows and writes their codes. */
  | {
      readonly stage: 'keys';
      readonly columns: readonly WireColumn[];
      readonly ranges: readonly RowRange[];
      readonly codes: Int32Array;
      readonly dropna: boolean;
    }
  /** Turns the codes of each range into places. */
  | {
      readonly stage: 'places';
      readonly ranges: readonly RowRange[];
      readonly codes: Int32Array;
      readonly next: readonly Int32Array[];
    }
  /** Moves parts of columns to their places. */
  | {
      readonly stage: 'columns';
      readonly columns: readonly WireColumn[];
      readonly places: Int32Array;
      readonly length: number;
      readonly parts: readonly { readonly column: number; readonly part: ColumnPart }[];
    }
  /** Brings columns in group order to the order of the rows. */
  | { readonly stage: 'gather'; readonly places: Int32Array; readonly parts: readonly GatherPart[] };

/** A part of bringing a column to the order of the rows. */
export type GatherPart =
  | ({ readonly kind: 'rows' } & RowsToGather)
  | { readonly kind: 'whole'; readonly type: WireType; readonly data: WireData };

/** The result of one part in each stage, as it is posted. */
export interface SplitResults {
  keys: Omit<RangeKeys, 'distinct'> & { readonly distinct: readonly WireData[] };
  /** True if every row of the range is in its place already. */
  places: boolean;
  /** The column, if the part is a whole one. */
  gather: WireData | undefined;
  columns: Exclude<PartResult, { kind: 'whole' }> | { readonly kind: 'whole'; readonly data: WireData };
}

type AnyResult = SplitResults[keyof SplitResults];

export const splitKernelSource = (data: SplitTask): KernelSource => ({
  name: 'createSplitKernel',
  isAlone: true,
  data,
});

export async function createSplitKernel(task: SplitTask): Promise<Kernel> {
  const run = runner(task);
  let results: { readonly index: number; readonly result: AnyResult }[] = [];
  return {
    run(index) {
      results.push({ index, result: run(index) });
    },
    take() {
      const taken = results;
      results = [];
      return taken;
    },
  };
}

function runner(task: SplitTask): (index: number) => AnyResult {
  switch (task.stage) {
    case 'keys': {
      const columns = task.columns.map(reviveColumn);
      return (index) => {
        const [from, to] = task.ranges[index];
        const found = factorizeRange(columns, from, to, task.codes, task);
        return { ...found, distinct: found.distinct.map(describeData) };
      };
    }
    case 'places':
      return (index) => codesToPlaces(task.codes, ...task.ranges[index], task.next[index]);
    case 'columns': {
      const columns = task.columns.map(reviveColumn);
      return (index) => {
        const { column, part } = task.parts[index];
        const result = scatterPart(columns[column], part, task.places, task.length);
        return result.kind === 'whole' ? { ...result, data: describeData(result.data) } : result;
      };
    }
    case 'gather':
      return (index) => {
        const part = task.parts[index];
        if (part.kind === 'rows') {
          gatherRange(part, task.places);
          return undefined;
        }
        return describeData(
          gather(reviveData(reviveType(part.type), part.data), task.places, allocateShared),
        );
      };
  }
}

function reviveColumn({ type: wire, chunks, cells, width }: WireColumn): ChunkedColumn {
  const type = reviveType(wire);
  const revived = chunks.map((chunk) => reviveData(type, chunk));
  if (width !== undefined) for (const chunk of revived) noteConstantWidth(chunk, width);
  return { type, chunks: revived, cells };
}
