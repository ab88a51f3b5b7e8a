import { types } from 'node:util';
import {
  checkDictionaryIndices,
  ResultPacker,
  type Results,
  type RowMemory,
  RowWriter,
} from '../combine/index.js';
import { type ApplyError, GroupError } from '../errors.js';
import { type FrameResult, readResult } from '../frame/index.js';
import { describeWait } from '../progress/index.js';
import type { Delivery, Failure, JobEvents } from '../run/index.js';
import { DatasetProgress } from './datasets/index.js';
import { checkRows, readBoolean } from './expected-result.js';
import { formOf, type GroupCall, workersOf } from './group-call.js';
import { groupErrorOf } from './group-error.js';
import { describeKey } from './group-source.js';
import { matchSchema } from './match-schema.js';
import { type GroupProgress, rowsOf, workOf } from './progress.js';

function progressOf({ verb, progress, source }: GroupCall): GroupProgress | undefined {
  const [groups, rows] = [source.count, rowsOf(source)];
  if (progress instanceof DatasetProgress) progress.begin('apply', groups, { groups, rows });
  else progress?.begin({ ...workOf(verb), total: groups, rowsTotal: rows });
  return progress;
}

/** Says what workers do before the first group: what takes longest of it. */
function kernelWait(call: GroupCall): string {
  return call.initializer
    ? 'running the initializer'
    : `loading ${LIBRARIES.get(formOf(call)) ?? 'the function'}`;
}

/** The libraries that workers load for the forms that functions get. */
const LIBRARIES = new Map([
  ['danfo', 'danfojs'],
  ['polars', 'nodejs-polars'],
  ['arquero', 'arquero'],
  ['flechette', 'flechette'],
]);

/** Receives the results of groups. */
export interface ResultSink {
  add(results: Results, delivery: Delivery): void;
  /** Receives the result that replaces a failed group's; null for none. */
  replace(group: number, result: FrameResult | null): void;
}

/** Passes results on, and decides what a failure means for the call. */
export class ResultCollector {
  readonly progress: GroupProgress | undefined;
  /** The errors of all failed groups, those that `onError` let pass included. */
  readonly failed: GroupError[] = [];
  /** The error that ends the call. */
  error: { readonly thrown: unknown } | undefined;
  readonly #sink: ResultSink;
  readonly #revive: (results: unknown) => Results;
  readonly #call: GroupCall;

  constructor(call: GroupCall, sink: ResultSink, revive: (results: unknown) => Results) {
    this.#sink = sink;
    this.#revive = revive;
    this.#call = call;
    this.progress = progressOf(call);
  }

  readonly events: JobEvents = {
    onResults: (delivery) => this.#sink.add(this.#revive(delivery.results), delivery),
    onFailure: (failure) => this.#fail(failure),
    onProgress: ({ count, weight, waitsFor }) => {
      this.progress?.waitFor(describeWait(waitsFor, workersOf(this.#call), kernelWait(this.#call)));
      this.progress?.update(count, weight);
    },
  };

  /** Handles a failure and returns whether the call goes on. */
  #fail(failure: Failure): boolean {
    const { index, kind } = failure;
    const { source, options } = this.#call;
    const { onError } = options;
    const error = groupErrorOf(failure, this.#call);
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
      const result = readReplacement(replacement, error, this.#call, source.sizes[index]);
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
  readonly #replacements: ResultPacker;

  constructor({ rowMemory }: { readonly rowMemory?: RowMemory } = {}) {
    this.#replacements = new ResultPacker({ writer: rowMemory && new RowWriter(rowMemory) });
  }

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

/** Reads what `onError` returned as the result of a group of `rows` rows. */
function readReplacement(
  replacement: unknown,
  { key, index, cause }: GroupError,
  { verb: { expects, unit }, options: { schema } }: GroupCall,
  rows: number,
): FrameResult | null {
  try {
    // Nothing is an answer here: the group has no result.
    if (replacement === null) return null;
    if (expects === 'a boolean') return readBoolean(replacement, { expects, rows });
    const result = readResult(replacement);
    if (result === null) return null;
    checkRows(result, { expects, rows });
    checkDictionaryIndices(result);
    return schema ? matchSchema(result, schema) : result;
  } catch (error) {
    const { code, message } = error as ApplyError;
    const text = message.replace('the function', 'onError');
    throw new GroupError(code, `${unit} ${describeKey(key)}: ${text}`, { key, index }, { cause });
  }
}
