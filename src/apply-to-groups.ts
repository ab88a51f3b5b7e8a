import { combine, ResultPacker, type Results, reviveResults, type WireResults } from './combine/index.js';
import { ApplyError, type GroupError } from './errors.js';
import { adapterFor, describeBatch, describeSchema, readResult } from './frame/index.js';
import { frameCodecs } from './frame-codecs.js';
import { groupErrorOf } from './group-error.js';
import {
  type AnyGroupFunction,
  GroupKernel,
  groupKernelSource,
  groupKernelUrl,
  prepareForm,
} from './group-kernel.js';
import { describeKey, type GroupSource, type Shards } from './group-source.js';
import type { Report, ResolvedOptions } from './options.js';
import { ProgressReporter } from './progress-reporter.js';
import {
  type Failure,
  isInsideWorker,
  type JobEvents,
  runInline,
  runThreads,
  warmPool,
} from './run/index.js';
import { type ShippedFunction, ship } from './ship/index.js';

/** A function as a call runs it: shipped to workers, or, where there are none, as it is. */
export interface PreparedFunction {
  readonly fn: AnyGroupFunction;
  readonly shipped: ShippedFunction | undefined;
}

/**
 * Ships a function, if the call has workers. Called while the user's code is still on the stack: there lies what tells where the
 * function is from. One that cannot be shipped fails here, before any work.
 */
export function prepareFunction(fn: AnyGroupFunction, options: ResolvedOptions): PreparedFunction {
  throwIfAborted(options.signal);
  const inThreads = options.workers > 1 && !isInsideWorker();
  return { fn, shipped: inThreads ? ship(fn, frameCodecs) : undefined };
}

/** Split, run, combine: what applyParallel does once it knows its function and its groups. */
export async function applyToGroups(
  source: GroupSource,
  { fn, shipped }: PreparedFunction,
  options: ResolvedOptions,
): Promise<unknown> {
  const output = adapterFor(options.output === 'same' ? source.kind : options.output);
  const stages = new Stopwatch();
  // Workers start up while this thread splits.
  if (shipped) warmPool(options.workers, groupKernelUrl);
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
    workers: shipped ? options.workers : 1,
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

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new ApplyError('ERR_ABORTED', 'the call was aborted', { cause: signal.reason });
}

interface Outcome {
  readonly results: readonly Results[];
  readonly failed: readonly GroupError[];
}

interface GroupRun {
  readonly source: GroupSource;
  readonly shards: Shards;
  readonly fn: AnyGroupFunction;
  /** The function as workers get it; missing where the groups run in this thread. */
  readonly shipped: ShippedFunction | undefined;
  readonly options: ResolvedOptions;
}

async function runGroups({ source, shards, fn, shipped, options }: GroupRun): Promise<Outcome> {
  const { count, sizes } = source;
  if (count === 0) return { results: [], failed: [] };
  const { signal, schema, batchSize, workers } = options;
  const collector = new Collector(source, options, (results) =>
    shipped ? reviveResults(results as WireResults) : (results as Results),
  );
  const form = options.input === 'same' ? source.kind : options.input;
  const keys = Array.from({ length: count }, (_, group) => source.key(group));
  const job = { count, weights: sizes, batchSize };
  try {
    if (shipped === undefined) {
      await prepareForm(form);
      const kernel = new GroupKernel({ ...shards, fn, sizes, keys, form, schema });
      await runInline(kernel, job, collector.events, signal);
    } else {
      const batches = shards.batches.map(describeBatch);
      const wireSchema = schema && describeSchema(schema);
      const kernel = groupKernelSource({
        ...shards,
        fn: shipped,
        batches,
        sizes,
        keys,
        form,
        schema: wireSchema,
      });
      await runThreads({ ...job, kernel }, workers, collector.events, signal);
    }
  } finally {
    collector.progress?.end(!signal.aborted && collector.error === undefined);
  }
  if (collector.error) throw collector.error.thrown;
  return { results: collector.results(), failed: collector.failed };
}

/** Hears of results and failures as they come, and decides what a failure means. */
class Collector {
  readonly progress: ProgressReporter | undefined;
  readonly failed: GroupError[] = [];
  error: { readonly thrown: unknown } | undefined;
  readonly #results: Results[] = [];
  readonly #replacements = new ResultPacker();
  readonly #revive: (results: unknown) => Results;
  readonly #source: GroupSource;
  readonly #onError: ResolvedOptions['onError'];

  constructor(
    source: GroupSource,
    { onError, progress }: ResolvedOptions,
    revive: (results: unknown) => Results,
  ) {
    this.#revive = revive;
    this.#source = source;
    this.#onError = onError;
    this.progress = progress === false ? undefined : new ProgressReporter(progress, source);
  }

  readonly events: JobEvents = {
    onResults: (results) => {
      this.#results.push(this.#revive(results));
    },
    onFailure: (failure) => this.#fail(failure),
    onProgress: (done) => this.progress?.report(done),
  };

  results(): Results[] {
    return [...this.#results, this.#replacements.take()];
  }

  /** Whether the call goes on. */
  #fail(failure: Failure): boolean {
    const error = groupErrorOf(failure, this.#source.key(failure.index));
    this.failed.push(error);
    if (this.#onError === 'skip') return true;
    try {
      if (this.#onError === 'throw') throw error;
      const replacement = this.#onError(error);
      this.#replacements.add(failure.index, readResult(replacement));
      return true;
    } catch (thrown) {
      this.error ??= { thrown };
      return false;
    }
  }
}
