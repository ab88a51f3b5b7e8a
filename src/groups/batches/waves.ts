import { throwIfAborted } from '../../util/index.js';
import type { Begun } from '../begin-call.js';
import { framesSource, type GivenFrame } from '../frames-source.js';
import { combineInput, type GroupCall } from '../group-call.js';
import { prepareGroups } from '../prepare-groups.js';
import { openReporterOf } from '../progress.js';
import type { WavesRecord } from '../report/index.js';
import { runGroups } from '../run-groups.js';
import type { WaveOptions } from '../wave-results.js';
import { WaveSink } from '../wave-sink.js';
import type { BatchReader } from './batch-reader.js';

/**
 * Waves that run at once: while the last batches of one run, other workers begin with the next. More run
 * where frames come slowly, and waves have few batches.
 */
const ENOUGH_WAVES = 2;
const ENOUGH_BATCHES_PER_WORKER = 2;

/**
 * Runs the function on all batches of an iterable, in waves: each is a call on groups of its own. A wave is
 * over when all its results have been taken, so that results which nobody takes stop the reading.
 */
export async function runWaves(
  begun: Begun,
  reader: BatchReader,
  how: WaveOptions,
  record: WavesRecord,
): Promise<void> {
  const run = () => runAllWaves(begun, reader, how, record);
  await (begun.initializer ? begun.initializer.during(run) : run());
}

async function runAllWaves(
  begun: Begun,
  reader: BatchReader,
  how: WaveOptions,
  record: WavesRecord,
): Promise<void> {
  const { over } = how;
  const { signal } = begun.options;
  const progress = openReporterOf(begun);
  const counts = new WaveCounts((count, rows) => progress?.update(count, rows));
  const running = new Set<Promise<void>>();
  let underWay = 0;
  const isEnough = () =>
    running.size >= ENOUGH_WAVES && underWay >= begun.options.workers * ENOUGH_BATCHES_PER_WORKER;
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown) => {
    failure ??= { error };
    over.abort();
  };
  const all = AbortSignal.any([signal, over.signal]);
  let first = 0;
  try {
    for (;;) {
      while (isEnough() && !all.aborted) await Promise.race(running);
      const batches = await reader.take(all);
      if (batches.length === 0) break;
      const wave = runWave(begun, batches, first, { counts, record }, { ...how, signal: all })
        .catch(fail)
        .finally(() => {
          running.delete(wave);
          underWay -= batches.length;
        });
      running.add(wave);
      underWay += batches.length;
      first += batches.length;
    }
  } catch (error) {
    fail(error);
  } finally {
    reader.close();
    await Promise.all(running);
    progress?.end(failure === undefined && !all.aborted, first);
  }
  throwIfAborted(signal);
  if (failure) throw failure.error;
}

async function runWave(
  begun: Begun,
  batches: readonly GivenFrame[],
  first: number,
  { counts, record: all }: { readonly counts: WaveCounts; readonly record: WavesRecord },
  { sink, stream, signal }: WaveOptions & { readonly signal: AbortSignal },
): Promise<void> {
  const source = { ...framesSource(batches), firstIndex: first };
  const options = { ...begun.options, signal, progress: false, report: undefined };
  const call: GroupCall = { ...begun, source, options };
  const prepared = await prepareGroups(call);
  const waveSink = new WaveSink(sink, first, combineInput(call, prepared.shards));
  const record = all.ofWave(first, source);
  const onProgress = counts.ofWave();
  const failed = await runGroups(call, prepared, { sink: waveSink, record, onProgress, ...stream });
  all.ended(failed, prepared.cache?.known.length ?? 0);
  await prepared.cache?.store();
  if (stream) await waveSink.untilTaken(signal);
}

/** Adds up the progress of waves. */
class WaveCounts {
  readonly #update: (count: number, rows: number) => void;
  #count = 0;
  #rows = 0;

  constructor(update: (count: number, rows: number) => void) {
    this.#update = update;
  }

  ofWave() {
    let before = { count: 0, weight: 0 };
    return (done: { readonly count: number; readonly weight: number }) => {
      this.#count += done.count - before.count;
      this.#rows += done.weight - before.weight;
      before = done;
      this.#update(this.#count, this.#rows);
    };
  }
}
