import type { RemoteFrame } from '../../cluster/index.js';
import type { Relation } from '../../cluster/inside.js';
import type { Results, Segment } from '../../combine/index.js';
import type { DatasetWriter } from '../../files/index.js';
import { adapterFor } from '../../frame/index.js';
import { clock } from '../../run/index.js';
import { throwIfAborted } from '../../util/index.js';
import type { Begun, ResultStream } from '../begin-call.js';
import { fillPlace, writeKept } from '../cluster/index.js';
import { combinerOf, partCombinerOf } from '../combine-groups.js';
import type { GroupCall } from '../group-call.js';
import { groupErrorOf } from '../group-error.js';
import { describeKey, NO_SHARDS } from '../group-source.js';
import type { KeptResults } from '../kept-results.js';
import { groupsOf } from '../queue-results.js';
import { RemoteGroupBy, type RemoteParts } from '../remote-groupby.js';
import { CallRecord } from '../report/index.js';
import { ResultCollector, ResultStore } from '../result-collector.js';
import { writeSegments } from '../wave-results.js';
import { writeResults } from '../write-results.js';
import { collectGroups, openRemote, type RemoteCall } from './collect-groups.js';
import type { CollectedPart } from './collect-parts.js';
import { joinParts, placeResults } from './join-parts.js';

/**
 * Runs the function on all groups of a remote frame. Resolves to the joined frame, or with the option `to` to
 * what was written.
 */
export async function applyRemote(begun: Begun, grouped: RemoteGroupBy<unknown>): Promise<unknown> {
  const began = clock();
  const remote = RemoteGroupBy.parts(grouped);
  if (begun.options.toCluster) return writeRemote(begun, remote, began);
  if (begun.options.to === undefined) {
    const { output } = begun.options;
    const adapter = adapterFor(output === 'same' ? 'arrow' : output);
    await adapter.load?.();
    const finished = await runAll(await openRemote(begun, remote), began);
    const table = combinerOf(finished.call, NO_SHARDS)(finished.results);
    await finished.report();
    return adapter.fromArrow(table);
  }
  // Opened first: that the place is taken should be known before the cluster runs.
  return writeResults(begun, async (writer) => {
    const finished = await runAll(await openRemote(begun, remote), began);
    await writeAll(finished, writer);
    await finished.report();
  });
}

/** Has the cluster write the results, without sending them here. */
function writeRemote(begun: Begun, remote: RemoteParts, began: number): Promise<RemoteFrame> {
  const options = begun.options as Parameters<typeof fillPlace>[0];
  return fillPlace(options, begun.kept as KeptResults<Relation>, async () => {
    const { call, results, report } = await runAll(await openRemote(begun, remote), began);
    await writeKept(call, results);
    await report();
  });
}

/** A call whose groups have run. */
interface FinishedCall {
  readonly call: GroupCall;
  /** The results, as those of the whole call. */
  readonly results: readonly Results[];
  /** Sends the report, if somebody wants it. */
  report(): Promise<void>;
}

async function runAll(remote: RemoteCall, began: number, signal = remote.begun.options.signal) {
  const parts: CollectedPart[] = [];
  await collectGroups(remote, signal, (part) => parts.push(part));
  return finish(remote, parts, began);
}

/** Makes one call of the parts of all tasks, as if its groups had run here. */
function finish(
  { begun, remote, schema }: RemoteCall,
  parts: readonly CollectedPart[],
  began: number,
): FinishedCall {
  const { grouped: _, ...rest } = begun;
  const { source, positions } = joinParts(parts, { ...remote, schema });
  const call: GroupCall = { ...rest, source, options: { ...begun.options, progress: false } };
  const tasks = parts.reduce((most, { task }) => Math.max(most, task + 1), 1);
  const record = new CallRecord(source, tasks, begun.options.report, began);
  record.lap('apply');
  const store = new ResultStore();
  const collector = new ResultCollector(call, store, (results) => results as Results);
  parts.forEach((part, p) => {
    const own = positions[p];
    for (const results of part.results) store.add(placeResults(results, own));
    for (const failure of part.failures) {
      collector.events.onFailure({ ...failure, index: own[failure.index] });
      if (collector.error) throw collector.error.thrown;
    }
    noteTimes(record, part, own, call);
  });
  const results = store.take();
  return {
    call,
    results,
    async report() {
      record.lap('combine');
      for (const { segments } of results) for (const segment of segments) record.count(segment);
      await record.send(collector.failed.sort((a, b) => a.index - b.index));
    },
  };
}

function noteTimes(record: CallRecord, part: CollectedPart, positions: Int32Array, call: GroupCall): void {
  const { timings } = record;
  if (timings === undefined) return;
  const ahead = clock() - Date.now();
  positions.forEach((position, group) => {
    const at = part.timings?.began[group] ?? 0;
    timings.began[position] = at === 0 ? 0 : at + ahead;
    timings.took[position] = part.timings?.took[group] ?? 0;
    timings.worker[position] = part.task;
  });
  for (const given of part.retried) {
    const failure = { ...given, index: positions[given.index] };
    record.retry(failure, groupErrorOf(failure, call));
  }
}

async function writeAll({ call, results }: FinishedCall, writer: DatasetWriter): Promise<void> {
  const keyOf = (group: number) => describeKey(call.source.key(group));
  const { combine, known } = partCombinerOf(call, NO_SHARDS);
  const joining = {
    combine,
    known: () => known,
    describe: (first: number, last: number) => `the results of groups ${keyOf(first)} to ${keyOf(last)}`,
  };
  const empties = results.flatMap(({ empty }) => empty ?? []).sort((a, b) => a.group - b.group);
  await writeSegments(inOrder(results), joining, writer, () => empties[0]);
}

async function* inOrder(results: readonly Results[]): AsyncGenerator<Segment, void, undefined> {
  yield* results.flatMap(({ segments }) => segments).sort((a, b) => a.first - b.first);
}

/** Yields the results of a call one by one, in group order, when all tasks have ended. */
export async function* streamRemote(
  begun: Begun,
  grouped: RemoteGroupBy<unknown>,
  over: AbortController,
): ResultStream {
  const { options } = begun;
  throwIfAborted(options.signal);
  const signal = AbortSignal.any([options.signal, over.signal]);
  const began = clock();
  const output = adapterFor(options.output === 'same' ? 'arrow' : options.output);
  await output.load?.();
  const remote = await openRemote(begun, RemoteGroupBy.parts(grouped));
  const { call, results, report } = await runAll(remote, began, signal);
  const join = combinerOf(call, NO_SHARDS);
  for await (const segment of inOrder(results)) {
    for (const group of groupsOf(segment)) {
      throwIfAborted(options.signal);
      const index = group.first;
      yield { key: call.source.key(index), index, frame: output.fromArrow(join([{ segments: [group] }])) };
    }
  }
  await report();
}
