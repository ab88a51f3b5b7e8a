import type { Schema, Table } from 'apache-arrow';
import { type CombineInput, combine, type Results } from '../combine/index.js';
import { combineInput, type GroupCall } from './group-call.js';
import { checkKeyNames, withGroupKeys, withKeySchema } from './group-keys.js';
import type { Shards } from './group-source.js';

/** Joins results of a call into one table. */
export type Combiner = (results: readonly Results[]) => Table;

/** Joins results of a call part by part, each into a table. */
export interface PartCombiner {
  combine: Combiner;
  /** The schema of the grouped table, which tells the types of what is null in all parts. */
  readonly known: Schema | undefined;
}

/**
 * Returns what joins the results of a call, each on its own or all at once. It puts the key columns in front
 * if the call wants them.
 */
export function combinerOf(call: GroupCall, shards: Shards): Combiner {
  return combinerWith(call, combineInput(call, shards));
}

/** Returns what joins the results of a call part by part, to be written. */
export function partCombinerOf(call: GroupCall, shards: Shards): PartCombiner {
  const input = combineInput(call, shards);
  return {
    combine: combinerWith(call, { ...input, isPart: true }),
    known: input.declared ? undefined : input.schema,
  };
}

function combinerWith(call: GroupCall, input: CombineInput): Combiner {
  if (!call.options.groupKeys) return (results) => combine(results, input);
  const keys = call.source.keyColumns();
  checkKeyNames(keys);
  const withKeys: CombineInput = {
    ...input,
    schema: withKeySchema(input.schema, keys),
    declared: input.declared && withKeySchema(input.declared, keys),
  };
  return (results) => combine(withGroupKeys(results, keys), withKeys);
}
