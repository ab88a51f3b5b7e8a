import type { Schema } from 'apache-arrow';
import { ResultPacker, type Results } from './combine/index.js';
import { type ApplyError, GroupError } from './errors.js';
import { type FrameResult, readResult } from './frame/index.js';
import { groupErrorOf } from './group-error.js';
import { describeKey, type GroupSource } from './group-source.js';
import { matchSchema } from './match-schema.js';
import type { ResolvedOptions } from './options.js';
import { ProgressReporter } from './progress-reporter.js';
import type { Failure, JobEvents } from './run/index.js';

/** Hears of results and failures as they come, and decides what a failure means. */
export class Collector {
  readonly progress: ProgressReporter | undefined;
  /** The errors of groups, whatever became of them. */
  readonly failed: GroupError[] = [];
  /** What ends the call. */
  error: { readonly thrown: unknown } | undefined;
  readonly #results: Results[] = [];
  readonly #replacements = new ResultPacker();
  readonly #revive: (results: unknown) => Results;
  readonly #source: GroupSource;
  readonly #onError: ResolvedOptions['onError'];
  readonly #schema: Schema | undefined;

  constructor(
    source: GroupSource,
    { onError, progress, schema }: ResolvedOptions,
    revive: (results: unknown) => Results,
  ) {
    this.#revive = revive;
    this.#source = source;
    this.#onError = onError;
    this.#schema = schema;
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
    this.failed.push(error);
    if (this.#onError === 'skip') return true;
    try {
      if (this.#onError === 'throw') throw error;
      this.#replacements.add(index, readReplacement(this.#onError(error), error, this.#schema));
      return true;
    } catch (thrown) {
      this.error ??= { thrown };
      return false;
    }
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
    return result !== null && schema ? matchSchema(result, schema) : result;
  } catch (error) {
    const { code, message } = error as ApplyError;
    const text = message.replace('the function', 'onError');
    throw new GroupError(code, `group ${describeKey(key)}: ${text}`, { key, index }, { cause });
  }
}
