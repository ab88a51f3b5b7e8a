import { hostname } from 'node:os';
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
import type { Answer, RunnerCall, WireFailure } from '../protocol.js';
import { withoutOwnFrames } from './own-frames.js';
import type { RunnerPart } from './part-of-rows.js';

/** The surroundings in which a part runs. */
export interface PartHost {
  readonly lease: LeasePool;
  readonly initialized: InitializedCall | undefined;
  answer(answer: Answer): void;
  /** Takes results that stay on the cluster. */
  keep(results: WireResults): void;
}

/** Runs the function on all groups of a part, and answers with their results and failures as they come. */
export async function runPart(call: RunnerCall, part: RunnerPart, host: PartHost): Promise<void> {
  const { count, sizes, shards } = part;
  host.answer({ type: 'groups', at: part.at, sizes, keys: part.keyBatch });
  const timings = call.wantsTimings ? createTimings(count) : undefined;
  let lastSplit: WeakRef<Shards> | undefined;
  const events: JobEvents = {
    onResults({ results, indices }) {
      const revived = reviveResults(results as WireResults, inputFieldsOf(shards));
      const own = withOwnRows(revived, shards);
      const answer = (results: Results) =>
        host.answer({ type: 'results', results: describeResults(results), indices: [...indices] });
      if (!call.keepsResults) return answer(own);
      const [made] = call.wantsKeys ? withGroupKeys([own], part.keyColumns ?? []) : [own];
      host.keep(describeResults(made));
      answer({ ...own, segments: made.segments.map(withoutData), empty: made.empty });
    },
    onFailure(failure) {
      host.answer({ type: 'failure', failure: wireFailure(failure) });
      return !call.stopsAtFailure;
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
  const { signal } = new AbortController();
  if (count > 0) await runThreads(job, 1, events, signal, host.lease);
  host.answer({ type: 'end', host: hostname(), timings: timings && sinceEpoch(timings) });
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
