import type { Table } from 'apache-arrow';
import { type CombineInput, combine, type Results } from '../combine/index.js';
import { combineInput, type GroupCall } from './group-call.js';
import { checkKeyNames, withGroupKeys, withKeySchema } from './group-keys.js';
import type { Shards } from './group-source.js';

/** Joins results of a call into one table. */
export type Combiner = (results: readonly Results[]) => Table;

/**
 * Returns what joins the results of a call, all at once or some at a time. It puts the key columns in front
 * if the call wants them.
 */
export function combinerOf(call: GroupCall, shards: Shards): Combiner {
  const input = combineInput(call, shards);
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
