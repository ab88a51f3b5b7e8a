import { types } from 'node:util';
import type { Schema } from 'apache-arrow';
import { checkDictionaryIndices, ResultPacker, type Results } from '../combine/index.js';
import { type ApplyError, GroupError } from '../errors.js';
import { type FrameResult, readResult } from '../frame/index.js';
import type { ProgressReporter } from '../progress/index.js';
import type { Delivery, Failure, JobEvents } from '../run/index.js';
import type { ShippedFunction } from '../ship/index.js';
import { checkRows, type ExpectedResult, readBoolean } from './expected-result.js';
import type { GroupCall } from './group-call.js';
import { groupErrorOf } from './group-error.js';
import { describeKey, type GroupSource } from './group-source.js';
import { matchSchema } from './match-schema.js';
import type { ResolvedOptions } from './options.js';
import { groupReporterOf } from './progress.js';
import type { Expected } from './verb.js';

/** Receives the results of groups. */
export interface ResultSink {
  add(results: Results, delivery: Delivery): void;
  /** Receives the result that replaces a failed group's; null for none. */
  replace(group: number, result: FrameResult | null): void;
}

/** Passes results on, and decides what a failure means for the call. */
export class ResultCollector {
  readonly progress: ProgressReporter | undefined;
  /** The errors of all failed groups, those that `onError` let pass included. */
  readonly failed: GroupError[] = [];
  /** The error that ends the call. */
  error: { readonly thrown: unknown } | undefined;
  readonly #sink: ResultSink;
  readonly #revive: (results: unknown) => Results;
  readonly #source: GroupSource;
  readonly #options: ResolvedOptions;
  readonly #shipped: ShippedFunction | undefined;
  readonly #expects: Expected;

  constructor(
    { source, verb, options, shipped }: GroupCall,
    sink: ResultSink,
    revive: (results: unknown) => Results,
  ) {
    this.#sink = sink;
    this.#revive = revive;
    this.#shipped = shipped;
    this.#source = source;
    this.#options = options;
    this.#expects = verb.expects;
    this.progress = groupReporterOf(options.progress, verb.name, source);
  }

  readonly events: JobEvents = {
    onResults: (delivery) => this.#sink.add(this.#revive(delivery.results), delivery),
    onFailure: (failure) => this.#fail(failure),
    onProgress: ({ count, weight }) => this.progress?.update(count, weight),
  };

  /** Handles a failure and returns whether the call goes on. */
  #fail(failure: Failure): boolean {
    const { index, kind } = failure;
    const { onError, timeout, schema } = this.#options;
    const error = groupErrorOf(failure, this.#source.key(index), { timeout, shipped: this.#shipped });
    if (kind === 'late' && onError !== 'throw') {
      // The group's result stands.
      process.emitWarning(error);
      return true;
    }
    this.failed.push(error);
    try {
      if (onError === 'throw') throw error;
      const replacement = onError === 'skip' ? null : onError(error);
      // Prevents an unhandled rejection: a promise is refused below.
      if (types.isPromise(replacement)) replacement.catch(() => {});
      const result = readReplacement(replacement, error, {
        schema,
        expects: this.#expects,
        rows: this.#source.sizes[index],
      });
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

/** Reads what `onError` returned as a group's result. */
function readReplacement(
  replacement: unknown,
  { key, index, cause }: GroupError,
  { schema, ...expected }: ExpectedResult & { readonly schema: Schema | undefined },
): FrameResult | null {
  try {
    if (expected.expects === 'a boolean')
      return replacement === null ? null : readBoolean(replacement, expected);
    const result = readResult(replacement);
    // Nothing is an answer here: the group has no result.
    if (result === null) return null;
    checkRows(result, expected);
    checkDictionaryIndices(result);
    return schema ? matchSchema(result, schema) : result;
  } catch (error) {
    const { code, message } = error as ApplyError;
    const text = message.replace('the function', 'onError');
    throw new GroupError(code, `group ${describeKey(key)}: ${text}`, { key, index }, { cause });
  }
}
