import type { Results, Segment } from '../../combine/index.js';
import type { GroupError } from '../../errors.js';
import { clock } from '../../run/index.js';
import type { GroupCall } from '../group-call.js';
import { groupErrorOf } from '../group-error.js';
import { CallRecord } from '../report/index.js';
import { ResultCollector, ResultStore } from '../result-collector.js';
import type { RemoteCall } from './collect-groups.js';
import type { CollectedPart } from './collect-parts.js';
import { joinParts, placeResults } from './join-parts.js';

/** A call whose groups have run. */
export interface FinishedCall {
  readonly call: GroupCall;
  /** The results, as those of the whole call. */
  readonly results: readonly Results[];
  /** Sends the report, if somebody wants it. */
  report(): Promise<void>;
}

/** Makes one call of the parts of all tasks, as if its groups had run here. */
export function finishCall(remote: RemoteCall, parts: readonly CollectedPart[], began: number): FinishedCall {
  const { call, positions } = callOf(remote, parts);
  const record = recordOf(call, parts, positions, began);
  const store = new ResultStore();
  const collector = new ResultCollector(call, store, (results) => results as Results);
  parts.forEach((part, p) => {
    const own = positions[p];
    for (const results of part.results) store.add(placeResults(results, own));
    for (const failure of part.failures) {
      collector.events.onFailure({ ...failure, index: own[failure.index] });
      if (collector.error) throw collector.error.thrown;
    }
  });
  const results = store.take();
  return { call, results, report: () => sendReport(record, results, collector.failed) };
}

/** Makes a call of one part of a task. Nobody knows where its groups stand among all. */
export function finishPart(remote: RemoteCall, part: CollectedPart): Omit<FinishedCall, 'report'> {
  const { call, positions } = callOf(remote, [part]);
  const [own] = positions;
  const store = new ResultStore();
  for (const results of part.results) store.add(placeResults(results, own));
  for (const failure of part.failures) {
    const index = own[failure.index];
    const source = { ...call.source, firstIndex: -1 - index };
    const collector = new ResultCollector({ ...call, source }, store, (results) => results as Results);
    collector.events.onFailure({ ...failure, index });
    if (collector.error) throw collector.error.thrown;
  }
  return { call, results: store.take() };
}

/** Sends the report of a call whose results were handed out part by part, if somebody wants it. */
export async function reportParts(
  remote: RemoteCall,
  parts: readonly CollectedPart[],
  began: number,
): Promise<void> {
  const { call, positions } = callOf(remote, parts);
  const record = recordOf(call, parts, positions, began);
  const results = parts.flatMap((part, p) => part.results.map((each) => placeResults(each, positions[p])));
  const failed = parts.flatMap(({ failures }, p) =>
    failures.map((failure) => groupErrorOf({ ...failure, index: positions[p][failure.index] }, call)),
  );
  await sendReport(record, results, failed);
}

function callOf({ begun, remote, schema }: RemoteCall, parts: readonly CollectedPart[]) {
  const { grouped: _, ...rest } = begun;
  const { source, positions } = joinParts(parts, { ...remote, schema });
  const call: GroupCall = { ...rest, source, options: { ...begun.options, progress: false } };
  return { call, positions };
}

function recordOf(
  call: GroupCall,
  parts: readonly CollectedPart[],
  positions: readonly Int32Array[],
  began: number,
): CallRecord {
  const tasks = parts.reduce((most, { task }) => Math.max(most, task + 1), 1);
  const record = new CallRecord(call.source, tasks, call.options.report, began);
  record.lap('apply');
  for (const [p, part] of parts.entries()) noteTimes(record, part, positions[p], call);
  return record;
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

async function sendReport(
  record: CallRecord,
  results: readonly Results[],
  failed: readonly GroupError[],
): Promise<void> {
  record.lap('combine');
  for (const { segments } of results) for (const segment of segments) record.count(segment);
  await record.send(failed.toSorted((a, b) => a.index - b.index));
}

export async function* inOrder(results: readonly Results[]): AsyncGenerator<Segment, void, undefined> {
  yield* results.flatMap(({ segments }) => segments).sort((a, b) => a.first - b.first);
}
