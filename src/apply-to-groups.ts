import { ResultStore } from './collector.js';
import { combine } from './combine/index.js';
import { adapterFor } from './frame/index.js';
import { CallRecord } from './report/index.js';
import { clock } from './run/index.js';
import { type Call, combineInput, prepareGroups, runGroups, workersOf } from './run-groups.js';
import { throwIfAborted } from './throw-if-aborted.js';

/** Split, run, combine: what applyParallel does once it has shipped its function and knows its groups. */
export async function applyToGroups(call: Call): Promise<unknown> {
  const { source, options } = call;
  throwIfAborted(options.signal);
  const output = adapterFor(options.output === 'same' ? source.kind : options.output);
  const began = clock();
  const { shards, cache } = await prepareGroups(call);
  const record = new CallRecord(source, workersOf(call), call.options.report, began);
  record.lap('split');
  const store = new ResultStore();
  const failed = await runGroups(call, shards, { sink: store, journal: record.journal, cache });
  throwIfAborted(options.signal);
  record.lap('apply');
  const results = store.take();
  const input = combineInput(call, shards);
  const table = combine(results, input);
  await cache?.store(input.inputRows);
  await output.load?.();
  const frame = output.fromArrow(table);
  record.lap('combine');
  for (const { segments } of results) for (const segment of segments) record.count(segment);
  await record.send(failed, cache?.hits);
  return frame;
}
