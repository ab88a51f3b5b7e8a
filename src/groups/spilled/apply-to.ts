import type { Results } from '../../combine/index.js';
import type { GroupError } from '../../errors.js';
import type { DatasetWriter } from '../../files/index.js';
import { adapterFor } from '../../frame/index.js';
import { clock } from '../../run/index.js';
import { type Caller, endingGenerator, throwIfAborted } from '../../util/index.js';
import { applyToGroups } from '../apply-to-groups.js';
import { type Begun, groupCallOf, type ResultStream, tellingCaller } from '../begin-call.js';
import { combinerOf } from '../combine-groups.js';
import type { DatasetProgress, RangedGroups } from '../datasets/index.js';
import { type GroupCall, workersOf } from '../group-call.js';
import { type GroupSource, NO_SHARDS } from '../group-source.js';
import { isOfDatasets, type OfDatasets, type OpenedCall, openDatasets } from '../open-datasets.js';
import { RemoteGroupBy } from '../remote-groupby.js';
import { CallRecord } from '../report/index.js';
import { ResultStore } from '../result-collector.js';
import { streamCall, streamGroups } from '../stream-groups.js';
import { counted, joiningOf, segmentsOf, writeSegments } from '../wave-results.js';
import { writeInGroupOrder } from '../write-in-group-order.js';
import { writeResults } from '../write-results.js';
import { type Notes, type RangedCall, type RangeOptions, runRanges } from './run-ranges.js';

/**
 * Runs the function on all groups, whatever they are of. Resolves to the joined frame, or with the option
 * `to` to the data set that was written.
 */
export async function applyTo(begun: Begun): Promise<unknown> {
  const { grouped, options } = begun;
  if (grouped instanceof RemoteGroupBy) {
    const { applyRemote } = await import('../remote/index.js');
    return applyRemote(begun, grouped);
  }
  if (!isOfDatasets(grouped)) return applyToGroups(await groupCallOf(begun));
  const open = () => openDatasets(begun, grouped);
  if (options.to === undefined) {
    return withGroups(begun, open, { whole: (call) => applyToGroups(call), spilled: joinAll });
  }
  // Opened first: that the place is taken should be known before gigabytes are read.
  return writeResults(begun, (writer) =>
    withGroups(begun, open, {
      whole: (call) => writeInGroupOrder(call, writer),
      spilled: (spilled) => writeAll(spilled, writer),
    }),
  );
}

/** Returns the results of a call one by one, whatever its groups are of. */
export function streamOf(begun: Begun, caller: Caller): ResultStream {
  const { grouped } = begun;
  if (grouped instanceof RemoteGroupBy) {
    return endingGenerator((over) =>
      tellingCaller(caller, async () => {
        const { streamRemote } = await import('../remote/index.js');
        return streamRemote(begun, grouped, over);
      }),
    );
  }
  if (!isOfDatasets(grouped)) return streamCall(() => groupCallOf(begun), caller);
  return endingGenerator((over) => tellingCaller(caller, async () => streamDatasets(begun, grouped, over)));
}

/** A call on groups in files while it runs. */
export interface RunningCall<G extends RangedGroups = RangedGroups> extends RangedCall<G> {
  readonly begun: Begun;
  readonly notes: Notes;
  /** Runs all groups, and remembers the errors that the caller lets pass. */
  run(how: RangeOptions): Promise<void>;
  failed: readonly GroupError[];
}

interface Ways<T, G extends RangedGroups> {
  whole(call: GroupCall): Promise<T>;
  spilled(call: RunningCall<G>): Promise<T>;
}

/** Opens groups of data sets, and goes the way that they need. Removes the files of spilled rows. */
export async function withGroups<T, G extends RangedGroups>(
  begun: Begun,
  open: () => Promise<OpenedCall<G>>,
  { whole, spilled }: Ways<T, G>,
): Promise<T> {
  const began = clock();
  const { opened, progress } = await open();
  if (opened.kind === 'whole') {
    try {
      return await whole(callOn(begun, opened.source, progress));
    } finally {
      // Closes the display of a call that ended before its groups ran; otherwise it is closed already.
      progress.end(false);
    }
  }
  let isComplete = false;
  try {
    const running = runningCall(begun, opened.groups, progress, began);
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
    progress.end(isComplete);
    await opened.groups.remove();
  }
}

const callOn = (
  { grouped: _, ...begun }: Begun,
  source: GroupSource,
  progress?: DatasetProgress,
): GroupCall => ({ ...begun, source, progress });

function runningCall<G extends RangedGroups>(
  begun: Begun,
  opened: G,
  progress: DatasetProgress,
  began: number,
): RunningCall<G> {
  const call = callOn(begun, opened.source);
  const record = new CallRecord(call.source, workersOf(call), begun.options.report, began);
  record.lap('split');
  const running: RunningCall<G> = {
    call,
    opened,
    begun,
    notes: { record, progress, cached: 0 },
    failed: [],
    async run(how) {
      running.failed = await runRanges({ call, opened }, how, running.notes);
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
  const adapter = adapterFor(output === 'same' ? call.source.kind : output);
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
  await writeSegments(counted(segments, notes.record), joiningOf(call, NO_SHARDS), writer, () => empty);
}

async function* streamDatasets(begun: Begun, grouped: OfDatasets, over: AbortController): ResultStream {
  const { options } = begun;
  throwIfAborted(options.signal);
  const signal = AbortSignal.any([options.signal, over.signal]);
  const began = clock();
  const found = await openDatasets({ ...begun, options: { ...options, signal } }, grouped).catch(
    (error: unknown) => {
      // After the loop was left, errors have no reader.
      if (over.signal.aborted && !options.signal.aborted) return undefined;
      throw error;
    },
  );
  if (found === undefined) return;
  const { opened, progress } = found;
  if (opened.kind === 'whole') {
    try {
      yield* streamGroups(callOn(begun, opened.source, progress), over);
    } finally {
      progress.end(false);
    }
    return;
  }
  let isComplete = false;
  try {
    const running = runningCall(begun, opened.groups, progress, began);
    const { call, notes } = running;
    const output = adapterFor(options.output === 'same' ? call.source.kind : options.output);
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
    progress.end(isComplete);
    await opened.groups.remove();
  }
}

/** Returns what joins results, with the key columns if the call wants them. */
const joinerOf = (call: GroupCall) => combinerOf(call, NO_SHARDS);
