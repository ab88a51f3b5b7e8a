import { randomUUID } from 'node:crypto';
import { describeSchema } from '../../arrow/index.js';
import type { ShippedFunction } from '../../ship/index.js';
import type { CallInitializer } from '../initializer.js';
import type { ResolvedOptions } from '../resolve-options.js';
import type { Verb } from '../verb.js';
import type { RowGrouping, RunnerCall } from './protocol.js';

/** The part of a call that its runners need. */
interface SentCall {
  readonly verb: Verb;
  readonly shipped: ShippedFunction | undefined;
  readonly initializer: CallInitializer | undefined;
  readonly options: ResolvedOptions;
}

/** Returns a call as runners get it. */
export function runnerCall(
  { verb, shipped, initializer, options }: SentCall,
  form: string,
  rows?: RowGrouping,
): RunnerCall {
  const { schema, timeout, retries, batchSize, seed, onError, report, groupKeys, toCluster } = options;
  return {
    id: randomUUID(),
    fn: shipped as ShippedFunction,
    hasInitializer: initializer !== undefined,
    rows,
    form,
    seed,
    expects: verb.expects,
    schema: schema && describeSchema(schema),
    timeout,
    retries,
    batchSize,
    stopsAtFailure: onError === 'throw',
    wantsTimings: report !== undefined,
    keepsResults: toCluster !== undefined,
    wantsKeys: groupKeys,
  };
}
