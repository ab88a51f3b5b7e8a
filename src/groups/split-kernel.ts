import '../load-arrow/index.js';

import { describeData, reviveData, reviveType, type WireData, type WireType } from '../arrow/index.js';
import type { Kernel, KernelSource } from '../run/index.js';
import {
  type ChunkedColumn,
  type ColumnPart,
  codesToPlaces,
  factorizeRange,
  type PartResult,
  type RangeKeys,
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
    };

/** The result of one part in each stage, as it is posted. */
export interface SplitResults {
  keys: Omit<RangeKeys, 'distinct'> & { readonly distinct: readonly WireData[] };
  /** True if every row of the range is in its place already. */
  places: boolean;
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
  }
}

function reviveColumn({ type: wire, chunks }: WireColumn): ChunkedColumn {
  const type = reviveType(wire);
  return { type, chunks: chunks.map((chunk) => reviveData(type, chunk)) };
}
