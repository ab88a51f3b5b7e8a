import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { cutData, packBatch } from '../../../arrow/index.js';
import {
  describeResults,
  type Results,
  reviveResults,
  rowsOfColumn,
  type WireResults,
} from '../../../combine/index.js';
import {
  clock,
  createTimings,
  type Failure,
  type Job,
  type JobEvents,
  type LeasePool,
  runThreads,
} from '../../../run/index.js';
import { describeError } from '../../../values/index.js';
import { type GroupTask, groupKernelSource, inputFieldsOf } from '../../group-kernel.js';
import { withGroupKeys } from '../../group-keys.js';
import type { Shards } from '../../group-source.js';
import { describeOthers } from '../../group-views.js';
import type { InitializedCall } from '../../initializer.js';
import { inputRowsOf } from '../../input-rows.js';
import { withoutData } from '../../kept-results.js';
import { restoreGroups } from '../../restore-groups.js';
import type { Answer, Resumption, RunnerCall, WireFailure } from '../protocol.js';
import { lostGroups } from './lost-groups.js';
import type { Marks } from './marks.js';
import { withoutOwnFrames } from './own-frames.js';
import type { RunnerPart } from './part-of-rows.js';

/** The surroundings in which a part runs. */
export interface PartHost {
  readonly lease: LeasePool;
  readonly initialized: InitializedCall | undefined;
  answer(answer: Answer): void;
  /** Ends the task, whose answers nobody can take any more. */
  readonly over: AbortSignal;
  /** Takes results that stay on the cluster. */
  keep(results: WireResults): void;
  readonly marks: Marks;
  /** How far another process came with the part. */
  readonly resumed: Resumption | undefined;
}

/** Runs the function on all groups of a part, and answers with their results and failures as they come. */
export async function runPart(call: RunnerCall, part: RunnerPart, host: PartHost): Promise<void> {
  const { count, sizes, shards } = part;
  const { marks, resumed } = host;
  if (!resumed?.hasBegun) host.answer({ type: 'groups', at: part.at, sizes, keys: part.keyBatch });
  const timings = call.wantsTimings ? createTimings(count) : undefined;
  let lastSplit: WeakRef<Shards> | undefined;
  let isStopped = false;
  const events: JobEvents = {
    onResults({ results, indices }) {
      const revived = reviveResults(results as WireResults, inputFieldsOf(shards));
      const own = withOwnRows(revived, shards);
      const answer = (results: Results) =>
        host.answer({ type: 'results', results: describeResults(results), indices: [...indices] });
      if (call.keepsResults) {
        const [made] = call.wantsKeys ? withGroupKeys([own], part.keyColumns ?? []) : [own];
        host.keep(describeResults(made));
        answer({ ...own, segments: made.segments.map(withoutData), empty: made.empty });
      } else answer(own);
      marks.add(indices);
      marks.tick();
    },
    onFailure(failure) {
      host.answer({ type: 'failure', failure: wireFailure(failure) });
      if (failure.kind !== 'late') marks.add([failure.index]);
      isStopped ||= call.stopsAtFailure;
      return !isStopped;
    },
    onRetry(failure) {
      host.answer({ type: 'retry', failure: wireFailure(failure) });
    },
    onRerun(groups) {
      const fresh = lastSplit?.deref() ?? part.split();
      lastSplit = new WeakRef(fresh);
      restoreGroups(groups, shards, fresh);
    },
  };
  const kernel = groupKernelSource(taskOf(call, part, host.initialized), true);
  const initializes = host.initialized !== undefined;
  const { timeout, retries, batchSize } = call;
  const job = { kernel, count, weights: sizes, timeout, retries, batchSize, timings, initializes };
  const run = async (changes: Partial<Job>, own = events) => {
    if (count > 0 && !isStopped) await runThreads({ ...job, ...changes }, 1, own, host.over, host.lease);
  };
  if (resumed) await runRest(resumed, call, count, events, marks, run);
  else await run({});
  host.answer({ type: 'end', host: hostname(), timings: timings && sinceEpoch(timings) });
}

/** Runs the groups that another process has left: first those that it did not die of. */
async function runRest(
  { answered, deaths }: Resumption,
  { retries }: RunnerCall,
  count: number,
  events: JobEvents,
  marks: Marks,
  run: (changes: Partial<Job>, own?: JobEvents) => Promise<void>,
): Promise<void> {
  const done = new Set(answered);
  const lost = lostGroups(deaths, retries).filter(({ group }) => !done.has(group));
  for (const { group, failure, again } of lost) {
    done.add(group);
    if (failure === undefined) continue;
    if (again) events.onRetry?.(failure);
    else events.onFailure(failure);
    marks.mark();
  }
  const rest = Int32Array.from({ length: count }, (_, group) => group).filter((group) => !done.has(group));
  if (rest.length > 0) await run({ indices: shared(rest) });
  for (const { group, attempts, again } of lost) {
    if (!again) continue;
    await sleep(again.delay);
    const numbered = (failure: Failure): Failure =>
      failure.attempt === undefined ? failure : { ...failure, attempt: failure.attempt + attempts };
    await run(
      { indices: shared(Int32Array.of(group)), retries: again.retries },
      {
        ...events,
        onFailure: (failure) => events.onFailure(numbered(failure)),
        onRetry: (failure) => events.onRetry?.(numbered(failure)),
      },
    );
  }
}

function shared(indices: Int32Array): Int32Array {
  const copy = new Int32Array(new SharedArrayBuffer(indices.byteLength));
  copy.set(indices);
  return copy;
}

function taskOf(call: RunnerCall, part: RunnerPart, initialized: InitializedCall | undefined): GroupTask {
  const { shards, keys, forms, firstIndex } = part;
  const others = shards.others?.map((other, k) => ({ ...other, form: forms[k + 1] ?? call.form }));
  return {
    ...shards,
    fn: call.fn,
    initialized,
    batches: shards.batches.map(packBatch),
    keys,
    firstIndex,
    form: forms[0] ?? call.form,
    others: describeOthers(others),
    seed: call.seed,
    expects: call.expects,
    adapters: [],
    schema: call.schema,
  };
}

const wireFailure = ({ error, ...failure }: Failure): WireFailure =>
  error === undefined ? failure : { ...failure, error: withoutOwnFrames(describeError(error)) };

/** Gives results the rows that were handed back, and cuts their columns out of the memory that they share. */
function withOwnRows({ segments, ...rest }: Results, shards: Shards): Results {
  const inputRows = inputRowsOf(shards);
  return {
    ...rest,
    segments: segments.map((segment) => ({
      ...segment,
      columns: segment.columns.map((column) => {
        const rows = rowsOfColumn(segment, column, inputRows);
        return { field: column.field, data: cutData(rows, 0, rows.length) };
      }),
    })),
  };
}

function sinceEpoch({ began, took }: { readonly began: Float64Array; readonly took: Float64Array }) {
  const epoch = Date.now() - clock();
  return { began: began.map((at) => (at === 0 ? 0 : at + epoch)), took };
}
