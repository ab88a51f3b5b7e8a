import { Collector } from './collector.js';
import { combine, type Results, reviveResults, type WireResults } from './combine/index.js';
import { ApplyError, type GroupError } from './errors.js';
import {
  adapterFor,
  checkShippable,
  describeAdapter,
  describeBatch,
  describeSchema,
  registered,
} from './frame/index.js';
import { frameCodecs } from './frame-codecs.js';
import {
  type AnyGroupFunction,
  GroupKernel,
  groupKernelSource,
  groupKernelUrl,
  prepareForm,
} from './group-kernel.js';
import { describeKey, type GroupSource, type Shards } from './group-source.js';
import type { Report, ResolvedOptions } from './options.js';
import { restoreGroups } from './restore-groups.js';
import { isInsideWorker, type JobEvents, runInline, runThreads, warmPool } from './run/index.js';
import { type ShippedFunction, ship } from './ship/index.js';

/** A function on its way to the workers; undefined where the groups run in this thread. */
export function shipToWorkers(
  fn: AnyGroupFunction,
  { workers }: ResolvedOptions,
): ShippedFunction | undefined {
  if (workers <= 1 || isInsideWorker()) return undefined;
  const shipped = ship(fn, frameCodecs);
  // They start while this thread splits.
  warmPool(workers, groupKernelUrl);
  return shipped;
}

/** Split, run, combine: what applyParallel does once it has shipped its function and knows its groups. */
export async function applyToGroups(
  source: GroupSource,
  fn: AnyGroupFunction,
  shipped: ShippedFunction | undefined,
  options: ResolvedOptions,
): Promise<unknown> {
  throwIfAborted(options.signal);
  const output = adapterFor(options.output === 'same' ? source.kind : options.output);
  const stages = new Stopwatch();
  const shards = source.split();
  stages.lap('split');
  const { results, failed } = await runGroups({ source, shards, fn, shipped, options });
  throwIfAborted(options.signal);
  stages.lap('apply');
  const table = combine(results, {
    schema: source.schema,
    declared: options.schema,
    describeGroup: (group) => describeKey(source.key(group)),
    inputRows: ({ first, numRows }, column) => {
      const batch = shards.batches[shards.batchOf ? shards.batchOf[first] : 0];
      return batch.columns[column].slice(shards.from[first], numRows);
    },
  });
  await output.load?.();
  const frame = output.fromArrow(table);
  stages.lap('combine');
  options.report?.({
    groups: source.count,
    rowsIn: source.sizes.reduce((sum, size) => sum + size, 0),
    rowsOut: table.numRows,
    workers: shipped ? Math.min(options.workers, source.count) : 1,
    stages: stages.laps,
    failed,
  });
  return frame;
}

/** How long each stage of a call took. */
class Stopwatch {
  readonly laps = { split: 0, apply: 0, combine: 0 };
  #last = performance.now();

  lap(stage: keyof Report['stages']): void {
    const now = performance.now();
    this.laps[stage] = now - this.#last;
    this.#last = now;
  }
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new ApplyError('ERR_ABORTED', 'the call was aborted', { cause: signal.reason });
}

interface GroupRun {
  readonly source: GroupSource;
  readonly shards: Shards;
  readonly fn: AnyGroupFunction;
  /** The function as workers get it; missing where the groups run in this thread. */
  readonly shipped: ShippedFunction | undefined;
  readonly options: ResolvedOptions;
}

interface Outcome {
  readonly results: readonly Results[];
  /** What onError let pass. */
  readonly failed: readonly GroupError[];
}

async function runGroups({ source, shards, fn, shipped, options }: GroupRun): Promise<Outcome> {
  const { count, sizes } = source;
  const { signal, schema, batchSize, workers } = options;
  const collector = new Collector(source, options, (results) =>
    shipped ? reviveResults(results as WireResults) : (results as Results),
  );
  const events: JobEvents = {
    ...collector.events,
    onRerun: (groups) => restoreGroups(groups, sizes, shards, source.split()),
  };
  const form = options.input === 'same' ? source.kind : options.input;
  const keys = Array.from({ length: count }, (_, group) => source.key(group));
  const job = { count, weights: sizes, batchSize };
  let isComplete = false;
  try {
    if (count === 0) {
      // Nothing to do, and that is done.
    } else if (shipped === undefined) {
      await prepareForm(form);
      const kernel = new GroupKernel({ ...shards, fn, sizes, keys, form, schema });
      await runInline(kernel, job, events, signal);
    } else {
      checkShippable(form);
      const batches = shards.batches.map(describeBatch);
      const wireSchema = schema && describeSchema(schema);
      const kernel = groupKernelSource({
        ...shards,
        fn: shipped,
        batches,
        sizes,
        keys,
        form,
        adapters: registered()
          .filter(({ module }) => module !== undefined)
          .map(describeAdapter),
        schema: wireSchema,
      });
      await runThreads({ ...job, kernel }, workers, events, signal);
    }
    isComplete = !signal.aborted && collector.error === undefined;
  } finally {
    collector.progress?.end(isComplete);
  }
  if (collector.error) throw collector.error.thrown;
  return { results: collector.results(), failed: collector.failed };
}
