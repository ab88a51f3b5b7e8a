import { types } from 'node:util';
import type { Schema } from 'apache-arrow';
import { checkDictionaryIndices, ResultPacker, type Results } from '../combine/index.js';
import { type ApplyError, GroupError } from '../errors.js';
import { type FrameResult, readResult } from '../frame/index.js';
import type { ProgressReporter } from '../progress/index.js';
import type { Delivery, Failure, JobEvents } from '../run/index.js';
import type { ShippedFunction } from '../ship/index.js';
import { groupErrorOf } from './group-error.js';
import { describeKey, type GroupSource } from './group-source.js';
import { matchSchema } from './match-schema.js';
import type { ResolvedOptions } from './options.js';
import { groupReporterOf } from './progress.js';

/** Where results go. */
export interface ResultSink {
  add(results: Results, delivery: Delivery): void;
  /** What stands for the result of a group that failed. */
  replace(group: number, result: FrameResult | null): void;
}

/** Hears of results and failures as they come, and decides what a failure means. */
export class Collector {
  readonly progress: ProgressReporter | undefined;
  /** The errors of groups, whatever became of them. */
  readonly failed: GroupError[] = [];
  /** What ends the call. */
  error: { readonly thrown: unknown } | undefined;
  readonly #sink: ResultSink;
  readonly #revive: (results: unknown) => Results;
  readonly #source: GroupSource;
  readonly #options: ResolvedOptions;
  readonly #shipped: ShippedFunction | undefined;

  constructor(
    source: GroupSource,
    options: ResolvedOptions,
    sink: ResultSink,
    revive: (results: unknown) => Results,
    shipped?: ShippedFunction,
  ) {
    this.#sink = sink;
    this.#revive = revive;
    this.#shipped = shipped;
    this.#source = source;
    this.#options = options;
    this.progress = groupReporterOf(options.progress, source);
  }

  readonly events: JobEvents = {
    onResults: (delivery) => this.#sink.add(this.#revive(delivery.results), delivery),
    onFailure: (failure) => this.#fail(failure),
    onProgress: ({ count, weight }) => this.progress?.update(count, weight),
  };

  /** Whether the call goes on. */
  #fail(failure: Failure): boolean {
    const { index, kind } = failure;
    const { onError, timeout, schema } = this.#options;
    const error = groupErrorOf(failure, this.#source.key(index), { timeout, shipped: this.#shipped });
    if (kind === 'late' && onError !== 'throw') {
      // The group has its result, which stands.
      process.emitWarning(error);
      return true;
    }
    this.failed.push(error);
    try {
      if (onError === 'throw') throw error;
      const replacement = onError === 'skip' ? null : onError(error);
      // Refused below; what becomes of it is nobody's business then.
      if (types.isPromise(replacement)) replacement.catch(() => {});
      const result = readReplacement(replacement, error, schema);
      this.#sink.replace(index, result);
      return true;
    } catch (thrown) {
      this.error ??= { thrown };
      return false;
    }
  }
}

/** Keeps all results until they are combined. */
export class ResultStore implements ResultSink {
  readonly #results: Results[] = [];
  readonly #replacements = new ResultPacker();

  add(results: Results): void {
    this.#results.push(results);
  }

  replace(group: number, result: FrameResult | null): void {
    this.#replacements.add(group, result);
  }

  take(): Results[] {
    return [...this.#results, this.#replacements.take()];
  }
}

/** What stands for the result of a failed group. */
function readReplacement(
  replacement: unknown,
  { key, index, cause }: GroupError,
  schema: Schema | undefined,
): FrameResult | null {
  try {
    const result = readResult(replacement);
    if (result === null) return null;
    checkDictionaryIndices(result);
    return schema ? matchSchema(result, schema) : result;
  } catch (error) {
    const { code, message } = error as ApplyError;
    const text = message.replace('the function', 'onError');
    throw new GroupError(code, `group ${describeKey(key)}: ${text}`, { key, index }, { cause });
  }
}
