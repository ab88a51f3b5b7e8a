import { combine, ResultPacker, type Results, reviveResults, type WireResults } from './combine/index.js';
import { ApplyError, GroupError } from './errors.js';
import { adapterFor, describeBatch, describeSchema, type FrameResult, readResult } from './frame/index.js';
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
import type { ResolvedOptions } from './options.js';
import { ProgressReporter } from './progress-reporter.js';
import { restoreGroups } from './restore-groups.js';
import {
  type Failure,
  isInsideWorker,
  type JobEvents,
  runInline,
  runThreads,
  warmPool,
} from './run/index.js';
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
  const shards = source.split();
  const results = await runGroups({ source, shards, fn, shipped, options });
  throwIfAborted(options.signal);
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
  return output.fromArrow(table);
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

async function runGroups({ source, shards, fn, shipped, options }: GroupRun): Promise<Results[]> {
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
      await runThreads({ ...job, kernel }, workers, events, signal);
    }
    isComplete = !signal.aborted && collector.error === undefined;
  } finally {
    collector.progress?.end(isComplete);
  }
  if (collector.error) throw collector.error.thrown;
  return collector.results();
}

/** Hears of results and failures as they come, and decides what a failure means. */
class Collector {
  readonly progress: ProgressReporter | undefined;
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
    const { index, kind } = failure;
    const error = groupErrorOf(failure, this.#source.key(index));
    if (kind === 'late' && this.#onError !== 'throw') {
      // The group has its result, which stands.
      process.emitWarning(error);
      return true;
    }
    if (this.#onError === 'skip') return true;
    try {
      if (this.#onError === 'throw') throw error;
      this.#replacements.add(index, readReplacement(this.#onError(error), error));
      return true;
    } catch (thrown) {
      this.error ??= { thrown };
      return false;
    }
  }
}

/** What stands for the result of a failed group. */
function readReplacement(replacement: unknown, { key, index, cause }: GroupError): FrameResult | null {
  try {
    return readResult(replacement);
  } catch (error) {
    const { code, message } = error as ApplyError;
    const text = message.replace('the function', 'onError');
    throw new GroupError(code, `group ${describeKey(key)}: ${text}`, { key, index }, { cause });
  }
}
