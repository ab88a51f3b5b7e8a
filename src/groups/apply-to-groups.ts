import { adapterFor } from '../frame/index.js';
import { clock } from '../run/index.js';
import { throwIfAborted } from '../util/index.js';
import { combinerOf } from './combine-groups.js';
import { type GroupCall, workersOf } from './group-call.js';
import { prepareGroups } from './prepare-groups.js';
import { CallRecord } from './report/index.js';
import { ResultStore } from './result-collector.js';
import { runGroups } from './run-groups.js';

/** Splits, runs and combines, once applyParallel has shipped its function and knows its groups. */
export async function applyToGroups(call: GroupCall): Promise<unknown> {
  const { source, options } = call;
  throwIfAborted(options.signal);
  const output = adapterFor(options.output === 'same' ? source.kind : options.output);
  const began = clock();
  const prepared = await prepareGroups(call);
  const { shards, cache } = prepared;
  const record = new CallRecord(source, workersOf(call), call.options.report, began);
  const combineResults = combinerOf(call, shards);
  record.lap('split');
  const store = new ResultStore();
  const failed = await runGroups(call, prepared, { sink: store, timings: record.timings });
  throwIfAborted(options.signal);
  record.lap('apply');
  const results = store.take();
  const table = combineResults(results);
  await cache?.store();
  await output.load?.();
  const frame = output.fromArrow(table);
  record.lap('combine');
  for (const { segments } of results) for (const segment of segments) record.count(segment);
  await record.send(failed, cache?.known.length);
  return frame;
}
