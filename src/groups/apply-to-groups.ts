import type { Table } from 'apache-arrow';
import type { Results } from '../combine/index.js';
import { adapterFor, setRowLabels } from '../frame/index.js';
import { clock } from '../run/index.js';
import { throwIfAborted } from '../util/index.js';
import { combinerOf } from './combine-groups.js';
import { type GroupCall, workersOf } from './group-call.js';
import type { Shards } from './group-source.js';
import { prepareGroups } from './prepare-groups.js';
import { withProgress } from './progress.js';
import { CallRecord } from './report/index.js';
import { ResultStore } from './result-collector.js';
import { runGroups } from './run-groups.js';
import { writeInGroupOrder } from './write-in-group-order.js';
import { writeOnCluster } from './write-on-cluster.js';
import { writeResults } from './write-results.js';

/** The table that a call returns. */
export interface Joined {
  readonly table: Table;
  /** The labels of its rows, for frames that have labels; 0, 1, … if undefined. */
  readonly labels?: readonly unknown[];
}

/** Returns what makes one table of the results of all groups. Called before they run, so it can refuse. */
export type Joiner = (
  call: GroupCall,
  shards: Shards,
) => (results: readonly Results[]) => Joined | Promise<Joined>;

/** Joins the results in group order. */
const inGroupOrder: Joiner = (call, shards) => {
  const combineResults = combinerOf(call, shards);
  return (results) => ({ table: combineResults(results) });
};

/**
 * Splits, runs and joins, once the function is shipped and the groups are known. Resolves to the joined
 * frame, or with the option `to` to what was written.
 */
export async function applyToGroups(given: GroupCall, joiner = inGroupOrder): Promise<unknown> {
  const call = withProgress(given);
  try {
    return await joinOrWrite(call, joiner);
  } finally {
    // Closes the display of a call that ended before its groups ran; otherwise it is closed already.
    call.progress?.end(false);
  }
}

async function joinOrWrite(call: GroupCall, joiner: Joiner): Promise<unknown> {
  if (call.options.toCluster) return writeOnCluster(call);
  if (call.options.to === undefined) return joinGroups(call, joiner, frameOf);
  return writeResults(call, (writer) =>
    joiner === inGroupOrder
      ? writeInGroupOrder(call, writer)
      : joinGroups(call, joiner, ({ table }) => writer.add(table, 'the results')),
  );
}

/** Runs all groups and joins their results; `finish` makes what the call needs of the table. */
async function joinGroups<T>(
  call: GroupCall,
  joiner: Joiner,
  finish: (joined: Joined, call: GroupCall) => Promise<T>,
): Promise<T> {
  const { source, options } = call;
  throwIfAborted(options.signal);
  const began = clock();
  const prepared = await prepareGroups(call);
  const { shards, cache } = prepared;
  const record = new CallRecord(source, workersOf(call), call.options.report, began);
  const join = joiner(call, shards);
  record.lap('split');
  const store = new ResultStore(shards);
  const failed = await runGroups(call, prepared, { sink: store, record });
  throwIfAborted(options.signal);
  record.lap('apply');
  const results = store.take();
  const joined = await join(results);
  const finished = await finish(joined, call);
  record.lap('combine');
  for (const { segments } of results) for (const segment of segments) record.count(segment);
  await record.send(failed, cache?.known.length);
  return finished;
}

/** Makes a frame of the kind that the caller wants. */
async function frameOf({ table, labels }: Joined, { source, options }: GroupCall): Promise<unknown> {
  const output = adapterFor(options.output === 'same' ? source.kind : options.output);
  await output.load?.();
  const frame = output.fromArrow(table);
  if (output.kind === 'danfo') setRowLabels(frame, labels);
  return frame;
}
