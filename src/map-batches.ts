import type { ApplyReturn, FitsGroup, GroupFunction } from './apply-parallel.js';
import { ApplyError, type GroupKey } from './errors.js';
import type { Dataset } from './files/index.js';
import {
  adapterOf,
  type FrameAdapter,
  type FrameKind,
  type FrameKinds,
  type FrameLike,
  type FrameOf,
  isDanfoGroupby,
  type ResultFrame,
} from './frame/index.js';
import {
  type AnyBatchOptions,
  type AnyGroupFunction,
  applyToGroups,
  type BatchOptions,
  batchSource,
  beginCall,
  DatasetGroupBy,
  GroupBy,
  mapFrames,
  type ResultStream,
  type ReturnAs,
  resolveBatchOptions,
  settle,
  streamCall,
  streamFrames,
  type Verb,
  type WriteBatchOptions,
} from './groups/index.js';
import { type Caller, preview } from './util/index.js';

/** An iterable of frames, async or not: a data set, a generator. */
export type FrameIterable<F> = AsyncIterable<F> | (Iterable<F> & { next(): unknown });

/** A frame that cannot be a row of another. */
type LibraryFrame = FrameKinds['arrow' | 'danfo' | 'polars' | 'arquero' | 'flechette'];

/** Runs a function on the batches of an iterable of frames, and writes the results to files as they come. */
export function mapBatches<F, I extends FrameKind | 'same' = FrameKind | 'same', G = FrameOf<F, I>>(
  frames: FrameIterable<F>,
  fn: GroupFunction<G> & FitsGroup<G, FrameOf<F, I>>,
  options: WriteBatchOptions<I>,
): Promise<Dataset>;
/** Runs a function on the batches of a frame, and writes the results to files instead of returning them. */
export function mapBatches<
  F extends object,
  I extends FrameKind | 'same' = FrameKind | 'same',
  G = FrameOf<F, I>,
>(
  frame: F,
  fn: GroupFunction<G> & FitsGroup<G, FrameOf<F, I>>,
  options: WriteBatchOptions<I>,
): Promise<Dataset>;
/**
 * Runs a function on batches of rows on all cores, drops the empty results and returns the others as one
 * frame, in the order of the batches. It is `applyParallel` for rows that need no groups: for a model that
 * scores rows, a parser, a look-up at a server. Counterpart of `map_batches` in polars and Ray, and of
 * `mapInPandas` in Spark.
 *
 * A frame is cut into batches of `batchRows` rows: ranges of rows of one copy in shared memory. An iterable
 * is read as the workers need frames, a few at a time, so that it may be longer than memory; with a generator
 * (`returnAs`) its results need not fit either.
 *
 * @param frames a frame of any kind; or an iterable of frames of one kind, async or not, such as the data set
 *   that `scan` returns
 * @param fn called as `fn(batch, context)`; `context.key` and `context.index` are the number of the batch.
 *   It returns what a function of {@link applyParallel} may return, of any number of rows
 * @returns the kind of frame that came in, or the kind that `output` names; with `returnAs` an async
 *   generator of the results; with `to` the data set that was written
 * @throws GroupError a batch counts as a group: see {@link applyParallel}
 * @throws ApplyError `ERR_UNSHIPPABLE`, `ERR_INVALID_OPTION`, `ERR_NOT_A_FRAME`, `ERR_ABORTED`
 * @example
 * const out = await mapBatches(
 *   { price: Float64Array.of(1, 2, 3, 4, 5) },
 *   (batch) => ({ ...batch, tax: batch.price.map((price) => price / 4) }),
 *   { batchRows: 2 },
 * );
 * console.log(out.tax); // -> Float64Array(5) [ 0.25, 0.5, 0.75, 1, 1.25 ]
 */
export function mapBatches<
  F,
  I extends FrameKind | 'same' = FrameKind | 'same',
  O extends FrameKind | 'same' = FrameKind | 'same',
  R extends ReturnAs = ReturnAs,
  G = FrameOf<F, I>,
  T extends FrameLike = FrameLike,
>(
  frames: FrameIterable<F>,
  fn: GroupFunction<G, GroupKey, T> & FitsGroup<G, FrameOf<F, I>>,
  options?: BatchOptions<I, O, R>,
): ApplyReturn<ResultFrame<F, O, T>, R>;
/** Runs a function on the batches of several frames, one after the other. */
export function mapBatches<
  F extends LibraryFrame,
  I extends FrameKind | 'same' = FrameKind | 'same',
  O extends FrameKind | 'same' = FrameKind | 'same',
  R extends ReturnAs = ReturnAs,
  G = FrameOf<F, I>,
  T extends FrameLike = FrameLike,
>(
  frames: readonly F[],
  fn: GroupFunction<G, GroupKey, T> & FitsGroup<G, FrameOf<F, I>>,
  options?: BatchOptions<I, O, R>,
): ApplyReturn<ResultFrame<F, O, T>, R>;
/** Runs a function on the batches of a frame: see above. */
export function mapBatches<
  F extends object,
  I extends FrameKind | 'same' = FrameKind | 'same',
  O extends FrameKind | 'same' = FrameKind | 'same',
  R extends ReturnAs = ReturnAs,
  G = FrameOf<F, I>,
  T extends FrameLike = FrameLike,
>(
  frame: F,
  fn: GroupFunction<G, GroupKey, T> & FitsGroup<G, FrameOf<F, I>>,
  options?: BatchOptions<I, O, R>,
): ApplyReturn<ResultFrame<F, O, T>, R>;
export function mapBatches(given: object, fn: unknown, options: AnyBatchOptions = {}): unknown {
  const caller: Caller = {};
  Error.captureStackTrace(caller, mapBatches);
  const begin = () => beginBatches(given, fn as AnyGroupFunction, options, caller);
  if (GENERATORS.has(options?.returnAs)) return begin().stream();
  return settle(begin, ({ join }) => join(), caller);
}

const VERB: Verb = { name: 'mapBatches', argument: 'fn', expects: 'any rows', unit: 'batch' };

const GENERATORS = new Set<unknown>(['generator', 'generatorUnordered'] satisfies ReturnAs[]);

interface BatchCall {
  join(): Promise<unknown>;
  stream(): ResultStream;
}

/** Checks the arguments and ships the function. */
function beginBatches(
  given: unknown,
  fn: AnyGroupFunction,
  options: AnyBatchOptions,
  caller: Caller,
): BatchCall {
  const { options: resolved, batchRows } = resolveBatchOptions(options);
  const adapter = adapterOfFrame(given);
  if (adapter) {
    const source = batchSource(given, adapter, batchRows);
    const call = { ...beginCall(VERB, given, fn, options, resolved, () => source.count), source };
    return { join: () => applyToGroups(call), stream: () => streamCall(async () => call, caller) };
  }
  const begun = beginCall(VERB, given, fn, options, resolved);
  const frames = { frames: given as Iterable<unknown>, batchRows };
  return { join: () => mapFrames(begun, frames), stream: () => streamFrames(begun, frames, caller) };
}

/** Returns the adapter of a frame; undefined for an iterable of frames. */
function adapterOfFrame(given: unknown): FrameAdapter | undefined {
  if (given instanceof GroupBy || given instanceof DatasetGroupBy || isDanfoGroupby(given)) {
    throw new ApplyError(
      'ERR_NOT_A_FRAME',
      'mapBatches got groups, and takes a frame; for groups there is applyParallel(groupby(frame, key), fn)',
    );
  }
  const adapter = adapterOf(given);
  if (adapter || isIterable(given)) return adapter;
  throw new ApplyError(
    'ERR_NOT_A_FRAME',
    `mapBatches expected a frame or an iterable of frames, got ${preview(given)}`,
  );
}

const isIterable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
