import { type Data, type DataType, Field, Schema, type Table } from 'apache-arrow';
import { tableOf } from '#dist/arrow/index.js';
import { combine, describeResults, ResultPacker, type Results, reviveResults } from '#dist/combine/index.js';
import { readResult } from '#dist/frame/index.js';

export interface CombiningOptions {
  /** How many workers the groups are dealt to; 0 for none: nothing is sent. */
  readonly workers?: number;
  readonly schema?: Schema;
  readonly declared?: Schema;
}

/** Combines what a function returned for groups 0, 1, 2 …, as if workers had made it. */
export function combineAll(values: readonly unknown[], options: CombiningOptions = {}): Table {
  const { workers = 1, schema = new Schema([]), declared } = options;
  const packers = Array.from({ length: Math.max(1, workers) }, () => new ResultPacker());
  values.forEach((value, group) => {
    packers[group % packers.length].add(group, readResult(value));
  });
  const results = packers.map((packer): Results => {
    const taken = packer.take();
    return workers > 0 ? reviveResults(structuredClone(describeResults(taken))) : taken;
  });
  return combine(results, {
    schema,
    declared,
    describeGroup: (group) => `'g${group}'`,
    inputRows: () => {
      throw new Error('nothing here is a column of the input');
    },
  });
}

/** A table of one column `x`. */
export function tableOfData(
  data: Data,
  { nullable = true, metadata = new Map<string, string>() } = {},
): Table {
  const schema = new Schema([new Field('x', data.type as DataType, nullable, metadata)]);
  return tableOf(schema, [{ schema, columns: [data], numRows: data.length }]);
}
