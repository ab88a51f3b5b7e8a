import type { GroupError } from '../../errors.js';
import { throwIfAborted } from '../../util/index.js';
import type { DatasetProgress, GroupRange, RangedGroups } from '../datasets/index.js';
import { combineInput, type GroupCall } from '../group-call.js';
import { prepareGroups } from '../prepare-groups.js';
import { rowsOf } from '../progress.js';
import type { CallRecord } from '../report/index.js';
import { runGroups } from '../run-groups.js';
import type { WaveOptions } from '../wave-results.js';
import { WaveSink } from '../wave-sink.js';

/** A call on groups whose rows lie in files. */
export interface RangedCall<G extends RangedGroups = RangedGroups> {
  /** The call on all groups; their rows cannot be asked for. */
  readonly call: GroupCall;
  readonly opened: G;
}

/** The record and progress of a call. */
export interface Notes {
  readonly record: CallRecord;
  readonly progress: DatasetProgress;
  /** Groups whose results came from the option `cache`. */
  cached: number;
}

/** How ranges of groups are run. */
export interface RangeOptions extends WaveOptions {
  /** Told of a range before its groups run, and when their results have come; its files are still there. */
  onRange?(range: GroupRange): void;
  onRangeDone?(): Promise<void>;
}

/**
 * Runs the function on all groups, range by range: while one runs, the next is read, and its files go when it
 * is done. Returns the errors that `onError` let pass, in group order.
 */
export async function runRanges(
  { call, opened }: RangedCall,
  how: RangeOptions,
  notes: Notes,
): Promise<GroupError[]> {
  const run = () => runAll({ call, opened }, how, notes);
  return call.initializer ? call.initializer.during(run) : run();
}

async function runAll({ call, opened }: RangedCall, how: RangeOptions, notes: Notes): Promise<GroupError[]> {
  const { ranges, memoryLimit } = opened;
  const { count } = call.source;
  const signal = AbortSignal.any([call.options.signal, how.over.signal]);
  const load = (range: GroupRange) => opened.load(range, signal);
  const rows = rowsOf(call.source);
  const bytes = ranges.reduce((sum, range) => sum + range.bytes, 0);
  notes.progress.begin('apply', count, { groups: count, rows, bytes });
  const failed: GroupError[] = [];
  let done = { count: 0, weight: 0, bytes: 0 };
  let next: ReturnType<typeof load> | undefined;
  try {
    for (const [at, range] of ranges.entries()) {
      throwIfAborted(signal);
      const source = await (next ?? load(range));
      const following = ranges.at(at + 1);
      // Two ranges below the limit together, with the results of one.
      next = following && range.bytes + following.bytes <= memoryLimit / 2 ? load(following) : undefined;
      // Prevents an unhandled rejection; awaited in the next turn, unless this one fails.
      next?.catch(() => {});
      const before = done;
      const onProgress = ({ count, weight }: { readonly count: number; readonly weight: number }) => {
        const share = weight / Math.max(1, source.numRows);
        done = {
          count: before.count + count,
          weight: before.weight + weight,
          bytes: before.bytes + range.bytes * share,
        };
        notes.progress.update(done.count, done.weight, done.bytes);
      };
      const options = { ...call.options, signal, progress: false, report: undefined };
      how.onRange?.(range);
      failed.push(...(await runRange({ ...call, source, options }, range, how, notes, onProgress)));
      throwIfAborted(call.options.signal);
      await how.onRangeDone?.();
      done = {
        count: before.count + source.count,
        weight: before.weight + source.numRows,
        bytes: before.bytes + range.bytes,
      };
      if (following?.bucket !== range.bucket) await opened.drop(range.bucket);
    }
  } finally {
    // The files must not go while a thread reads them.
    await next?.catch(() => {});
  }
  return failed;
}

async function runRange(
  call: GroupCall,
  { first, end }: GroupRange,
  { sink, stream }: WaveOptions,
  notes: Notes,
  onProgress: (done: { readonly count: number; readonly weight: number }) => void,
): Promise<GroupError[]> {
  const prepared = await prepareGroups(call);
  const waveSink = new WaveSink(sink, first, combineInput(call, prepared.shards));
  const record = notes.record.ofGroups(first, end - first);
  const failed = await runGroups(call, prepared, { sink: waveSink, record, onProgress, ...stream });
  notes.cached += prepared.cache?.known.length ?? 0;
  if (stream) await waveSink.untilTaken(call.options.signal);
  return failed;
}
