import type { Results } from '../../combine/index.js';
import type { GroupError } from '../../errors.js';
import type { DatasetWriter } from '../../files/index.js';
import { adapterFor } from '../../frame/index.js';
import { clock } from '../../run/index.js';
import { type Caller, endingGenerator, throwIfAborted } from '../../util/index.js';
import { applyToGroups } from '../apply-to-groups.js';
import {
  type Begun,
  type DatasetNeeds,
  groupCallOf,
  openDataset,
  type ResultStream,
  tellingCaller,
} from '../begin-call.js';
import { combinerOf } from '../combine-groups.js';
import { DatasetGroupBy, type DatasetProgress } from '../datasets/index.js';
import { GroupBy } from '../frame-groupby.js';
import { type GroupCall, workersOf } from '../group-call.js';
import { describeKey } from '../group-source.js';
import { CallRecord } from '../report/index.js';
import { ResultStore } from '../result-collector.js';
import { streamCall, streamGroups } from '../stream-groups.js';
import { segmentsOf, writeSegments } from '../wave-results.js';
import { writeInGroupOrder, writeResults } from '../write-results.js';
import { type Notes, type RangeOptions, runRanges } from './run-ranges.js';
import { type SpilledCall, spilledCall } from './spilled-call.js';

/**
 * Runs the function on all groups, whatever they are of. Resolves to the joined frame, or with the option
 * `to` to the data set that was written.
 */
export async function applyTo(begun: Begun): Promise<unknown> {
  const { grouped, options } = begun;
  if (!(grouped instanceof DatasetGroupBy)) return applyToGroups(await groupCallOf(begun));
  if (options.to === undefined) {
    return withGroups(begun, grouped, { whole: (call) => applyToGroups(call), spilled: joinAll });
  }
  // Opened first: that the place is taken should be known before gigabytes are read.
  return writeResults(begun, (writer) =>
    withGroups(begun, grouped, {
      whole: (call) => writeInGroupOrder(call, writer),
      spilled: (spilled) => writeAll(spilled, writer),
    }),
  );
}

/** Returns the results of a call one by one, whatever its groups are of. */
export function streamOf(begun: Begun, caller: Caller): ResultStream {
  const { grouped } = begun;
  if (!(grouped instanceof DatasetGroupBy)) return streamCall(() => groupCallOf(begun), caller);
  return endingGenerator((over) => tellingCaller(caller, async () => streamDataset(begun, grouped, over)));
}

/** A spilled call while it runs. */
export interface RunningCall extends SpilledCall {
  readonly begun: Begun;
  readonly notes: Notes;
  /** Runs all groups, and remembers the errors that the caller lets pass. */
  run(how: RangeOptions): Promise<void>;
  failed: readonly GroupError[];
}

interface Ways<T> {
  whole(call: GroupCall): Promise<T>;
  spilled(call: RunningCall): Promise<T>;
}

/** Opens the groups of a data set, and goes the way that they need. Removes the files of spilled rows. */
export async function withGroups<T>(
  begun: Begun,
  grouped: DatasetGroupBy<unknown>,
  { whole, spilled }: Ways<T>,
  needs: DatasetNeeds = {},
): Promise<T> {
  const began = clock();
  const opened = await openDataset(begun, grouped, needs);
  if (opened.kind === 'whole') {
    try {
      return await whole(wholeCall(begun, opened.grouped, opened.progress));
    } finally {
      // Closes the display of a call that ended before its groups ran; otherwise it is closed already.
      opened.progress.end(false);
    }
  }
  let isComplete = false;
  try {
    const running = runningCall(begun, spilledCall(begun, opened), opened.progress, began);
    const result = await spilled(running);
    const { record, cached } = running.notes;
    record.lap('combine');
    await record.send(
      [...running.failed].sort((a, b) => a.index - b.index),
      cached,
    );
    isComplete = true;
    return result;
  } finally {
    opened.progress.end(isComplete);
    await opened.spill.remove();
  }
}

function wholeCall(
  { grouped: _, ...begun }: Begun,
  groups: GroupBy<object>,
  progress: DatasetProgress,
): GroupCall {
  return { ...begun, source: GroupBy.source(groups), progress };
}

function runningCall(
  begun: Begun,
  spilled: SpilledCall,
  progress: DatasetProgress,
  began: number,
): RunningCall {
  const { call } = spilled;
  const record = new CallRecord(call.source, workersOf(call), begun.options.report, began);
  record.lap('split');
  const running: RunningCall = {
    ...spilled,
    begun,
    notes: { record, progress, cached: 0 },
    failed: [],
    async run(how) {
      running.failed = await runRanges(spilled, how, running.notes);
      record.lap('apply');
    },
  };
  return running;
}

/** Runs all groups, and joins their results to a frame. */
async function joinAll(running: RunningCall): Promise<unknown> {
  const { call, notes } = running;
  const { output } = call.options;
  const store = new ResultStore();
  await running.run({ sink: store, over: new AbortController() });
  throwIfAborted(call.options.signal);
  const results = store.take();
  for (const { segments } of results) for (const segment of segments) notes.record.count(segment);
  const adapter = adapterFor(output === 'same' ? 'arrow' : output);
  await adapter.load?.();
  return adapter.fromArrow(joinerOf(call)(results));
}

/** Runs all groups, and writes their results in group order while others run. */
async function writeAll(running: RunningCall, writer: DatasetWriter): Promise<void> {
  const { begun, call, notes } = running;
  let empty: Results['empty'];
  const segments = segmentsOf(
    begun,
    (how) => running.run(how),
    new AbortController(),
    true,
    (found) => {
      if (empty === undefined || found.group < empty.group) empty = found;
    },
  );
  const keyOf = (group: number) => describeKey(call.source.key(group));
  const joining = {
    combine: joinerOf(call),
    describe: (first: number, last: number) => `the results of groups ${keyOf(first)} to ${keyOf(last)}`,
  };
  await writeSegments(counted(segments, notes), joining, writer, () => empty);
}

async function* counted<T extends Parameters<CallRecord['count']>[0]>(
  segments: AsyncIterable<T>,
  { record }: Notes,
): AsyncGenerator<T, void, undefined> {
  for await (const segment of segments) {
    record.count(segment);
    yield segment;
  }
}

async function* streamDataset(
  begun: Begun,
  grouped: DatasetGroupBy<unknown>,
  over: AbortController,
): ResultStream {
  const { options } = begun;
  throwIfAborted(options.signal);
  const signal = AbortSignal.any([options.signal, over.signal]);
  const began = clock();
  const opened = await openDataset({ ...begun, options: { ...options, signal } }, grouped).catch(
    (error: unknown) => {
      // After the loop was left, errors have no reader.
      if (over.signal.aborted && !options.signal.aborted) return undefined;
      throw error;
    },
  );
  if (opened === undefined) return;
  if (opened.kind === 'whole') {
    try {
      yield* streamGroups(wholeCall(begun, opened.grouped, opened.progress), over);
    } finally {
      opened.progress.end(false);
    }
    return;
  }
  let isComplete = false;
  try {
    const running = runningCall(begun, spilledCall(begun, opened), opened.progress, began);
    const { call, notes } = running;
    const output = adapterFor(options.output === 'same' ? 'arrow' : options.output);
    await output.load?.();
    const join = joinerOf(call);
    const isOrdered = options.returnAs === 'generator';
    for await (const segment of segmentsOf(begun, (how) => running.run(how), over, isOrdered)) {
      notes.record.count(segment);
      const index = segment.first;
      yield { key: call.source.key(index), index, frame: output.fromArrow(join([{ segments: [segment] }])) };
    }
    notes.record.lap('combine');
    await notes.record.send(running.failed, notes.cached);
    isComplete = true;
  } finally {
    opened.progress.end(isComplete);
    await opened.spill.remove();
  }
}

/** Returns what joins results, with the key columns if the call wants them. */
const joinerOf = (call: GroupCall) => combinerOf(call, NO_SHARDS);

/** The results of ranges have all their rows, so none is read from a table of groups. */
export const NO_SHARDS = { batches: [], from: new Int32Array(0), sizes: new Int32Array(0) };
