import { applyToGroups, shipToWorkers, throwIfAborted } from './apply-to-groups.js';
import { ApplyError, GroupError, type GroupKey } from './errors.js';
import {
  type Column,
  type Columns,
  type DanfoFrame,
  type DanfoGroupby,
  type FrameKind,
  type FrameKinds,
  type FrameLike,
  preview,
} from './frame/index.js';
import { addCaller } from './group-error.js';
import type { AnyGroupFunction } from './group-kernel.js';
import type { GroupBy } from './groupby.js';
import { type ApplyOptions, type GroupContext, resolveApplyOptions } from './options.js';
import { sourceOf } from './source-of.js';

/** Everything {@link applyParallel} takes as groups of frames of kind `F`. */
export type Grouped<F> =
  | GroupBy<F>
  | DanfoGroupby<F>
  | Iterable<F | readonly [key: GroupKey, frame: F]>
  | AsyncIterable<F | readonly [key: GroupKey, frame: F]>;

/** The type of a frame of kind `K`, where 'same' is the kind `F` that was grouped. */
export type FrameOf<F, K extends FrameKind | 'same'> = K extends FrameKind ? FrameKinds[K] : F;

/** The type of the frame a call returns. The function adds and drops columns, so of the input's type only the kind stays. */
export type ResultOf<F, K extends FrameKind | 'same'> = K extends FrameKind
  ? FrameKinds[K]
  : F extends { readonly schema: unknown; readonly batches: unknown }
    ? FrameKinds['arrow']
    : F extends readonly object[]
      ? FrameKinds['records']
      : F extends { writeIPCStream: unknown; describe(): infer Frame }
        ? // Of polars: a frame of any columns.
          Frame
        : F extends DanfoFrame
          ? F
          : F extends Columns
            ? FrameKinds['columns']
            : F;

/**
 * A function for one group. It gets the group's rows and a context, and returns what the group becomes: a frame of any kind, an
 * object of columns, an array of rows, one row, or null for nothing.
 */
export type GroupFunction<G> = (group: G, context: GroupContext) => FrameLike | Promise<FrameLike>;

/**
 * Whether a function of `G` takes groups of the type `Given`: what it says of them may be narrower, as only the user knows the columns.
 * A check of its own, since an interface of columns does not extend {@link Columns}, for want of an index signature. Where it
 * does not fit, the compiler says what is wrong with the function as one of `Given`.
 */
export type FitsGroup<G, Given> = [G] extends [Given]
  ? unknown
  : [Given] extends [G]
    ? unknown
    : [Given, G] extends [Columns, { readonly [Name in keyof G]: Column }]
      ? unknown
      : GroupFunction<Given>;

/**
 * Runs a function on every group on all cores, drops the empty results and returns the rest as one frame, in group order, with a
 * fresh index. Counterpart of `pd.concat(Parallel(n_jobs)(delayed(fn)(g) for _, g in df.groupby(key)))`.
 *
 * The function is an ordinary one, closures included; it runs in worker threads, on shared memory. What it changes of its group
 * stays in its group.
 *
 * @param grouped `groupby(frame, key)`, a danfojs `df.groupby([key])`, or an iterable of `[key, frame]` or frames
 * @param fn see {@link GroupFunction}
 * @returns the kind of frame that was grouped, or what `output` says
 * @throws GroupError `ERR_GROUP_FAILED` (`cause` is what the function threw), `ERR_BAD_RESULT`, `ERR_SCHEMA_MISMATCH`,
 *   `ERR_WORKER_EXITED`, `ERR_WORKER_OUT_OF_MEMORY`
 * @throws ApplyError `ERR_UNSHIPPABLE`, `ERR_INVALID_OPTION`, `ERR_NOT_A_FRAME`, `ERR_ABORTED`
 * @example
 * const rate = 0.2;
 * const out = await applyParallel(
 *   groupby(sales, 'category'),
 *   (g: { price: Float64Array }) => ({ ...g, tax: g.price.map((p) => p * rate) }),
 *   { input: 'columns' },
 * );
 */
export async function applyParallel<
  F,
  I extends FrameKind | 'same' = 'same',
  O extends FrameKind | 'same' = 'same',
  G = FrameOf<F, I>,
>(
  grouped: Grouped<F>,
  fn: GroupFunction<G> & FitsGroup<G, FrameOf<F, I>>,
  options: ApplyOptions<I, O> = {},
): Promise<ResultOf<F, O>> {
  // Only its position is taken here; it becomes text where it is needed.
  const caller: { stack?: string } = {};
  Error.captureStackTrace(caller, applyParallel);
  const resolved = resolveApplyOptions(options);
  if (typeof fn !== 'function') {
    throw new ApplyError('ERR_INVALID_OPTION', `applyParallel: fn must be a function, got ${preview(fn)}`);
  }
  throwIfAborted(resolved.signal);
  // Before anything is awaited: V8 finds a function's script a hundred times faster while that is on the stack.
  const anyFn = fn as unknown as AnyGroupFunction;
  const shipped = shipToWorkers(anyFn, resolved);
  try {
    const source = await untilAborted(sourceOf(grouped, resolved.signal), resolved.signal);
    return (await applyToGroups(source, anyFn, shipped, resolved)) as ResultOf<F, O>;
  } catch (error) {
    if (error instanceof GroupError) addCaller(error, caller);
    throw error;
  }
}

/** Waits for groups, which an iterable may never give, no longer than the caller wants to. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<void>((resolve) => {
    onAbort = resolve;
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    const settled = await Promise.race([promise, aborted]);
    throwIfAborted(signal);
    return settled as T;
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}
