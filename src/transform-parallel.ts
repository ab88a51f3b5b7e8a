import type { FitsGroup, GroupFunction } from './apply-parallel.js';
import type { GroupKey } from './errors.js';
import type { Dataset } from './files/index.js';
import type { Columns, FrameKind, FrameLike, FrameOf, ResultFrame, RowWith } from './frame/index.js';
import {
  type AnyApplyOptions,
  type AnyGroupFunction,
  type ApplyOptions,
  beginCall,
  type GroupBy,
  type OrderedGroups,
  type OrderedGroupsOf,
  resolveOptionsWithout,
  settle,
  transformGroups,
  type Verb,
  type WriteResultsOptions,
} from './groups/index.js';
import type { Caller } from './util/index.js';

/**
 * Options of {@link transformParallel}: those of `applyParallel`, except for `returnAs` and `groupKeys`. With
 * `onError: 'skip'` the rows of a failed group are null, and so where a function for `onError` returns null;
 * a result it returns must have as many rows as the group.
 */
export interface TransformOptions<
  I extends FrameKind | 'same' = 'same',
  O extends FrameKind | 'same' = 'same',
> extends Omit<ApplyOptions<I, O>, 'returnAs' | 'groupKeys'> {}

/**
 * {@link TransformOptions} of a call that writes its result to files; all groups run before it does. Rows of
 * a data set that does not fit into memory are written part by part.
 */
export interface WriteTransformOptions<I extends FrameKind | 'same' = 'same'>
  extends Omit<WriteResultsOptions<I>, 'groupKeys'> {}

/** Runs a function on every group and writes its columns, in the order of the frame's rows, to files. */
export function transformParallel<
  F,
  I extends FrameKind | 'same' = FrameKind | 'same',
  G = FrameOf<F, I>,
  K extends GroupKey = GroupKey,
>(
  grouped: OrderedGroups<F, K>,
  fn: GroupFunction<G, K> & FitsGroup<G, FrameOf<F, I>>,
  options: WriteTransformOptions<I>,
): Promise<Dataset>;
/** Runs a function that says which columns it takes on groups of rows, as {@link applyParallel} does. */
export function transformParallel<
  C extends Columns = never,
  F extends readonly RowWith<C>[] = readonly RowWith<C>[],
  O extends FrameKind | 'same' = FrameKind | 'same',
  R extends FrameLike = FrameLike,
  K extends GroupKey = GroupKey,
>(
  grouped: GroupBy<F, K>,
  fn: GroupFunction<C, K, R>,
  options: TransformOptions<'columns', O> & { input: 'columns' },
): Promise<ResultFrame<F, O, R>>;
/**
 * Runs a function on every group on all cores and returns its columns in the order of the frame's rows, one
 * row for each row of the frame. Counterpart of `df.groupby(key).transform(f)` in pandas, with a function
 * that sees the whole group.
 *
 * The function returns as many rows as its group has, in the order of the group's rows. Columns that every
 * group hands back untouched are not moved: the result has the frame's own. Rows whose key is null are null
 * in the result, as in pandas; `groupby(frame, key, { dropna: false })` makes them a group. A danfojs
 * DataFrame keeps its row labels.
 *
 * The rows of a data set come in the order of its files. Where they do not fit into memory (option
 * `memoryLimit`), results go to files in `spillTo` by ranges of rows, and are put in order range by range:
 * with `to` nothing else need fit, and without it the result.
 *
 * @param grouped `groupby(frame, key)`, groups of a data set, a danfojs `df.groupby([key])`, or an iterable
 *   of `[key, frame]` or frames, whose rows then follow each other in that order
 * @param fn the function for one group, as that of {@link applyParallel}
 * @returns the kind of frame that was grouped, or the kind that `output` names; with `to` the data set that
 *   was written
 * @throws GroupError `ERR_BAD_RESULT` for a result that has not as many rows as its group, and the errors of
 *   {@link applyParallel}
 * @throws ApplyError `ERR_UNSHIPPABLE`, `ERR_INVALID_OPTION`, `ERR_NOT_A_FRAME`, `ERR_ABORTED`
 * @example
 * const out = await transformParallel(
 *   groupby({ shop: ['a', 'b', 'a'], price: Float64Array.of(1, 5, 3) }, 'shop'),
 *   (g) => ({ ...g, share: g.price.map((p) => p / g.price.reduce((sum, x) => sum + x)) }),
 * );
 * console.log(out.share); // -> Float64Array(3) [ 0.25, 1, 0.75 ]
 */
export function transformParallel<
  F,
  I extends FrameKind | 'same' = FrameKind | 'same',
  O extends FrameKind | 'same' = FrameKind | 'same',
  G = FrameOf<F, I>,
  R extends FrameLike = FrameLike,
  K extends GroupKey = GroupKey,
  Given = unknown,
>(
  grouped: OrderedGroupsOf<Given, F, K>,
  fn: GroupFunction<G, K, R> & FitsGroup<G, FrameOf<F, I>>,
  options?: TransformOptions<I, O>,
): Promise<ResultFrame<F, O, R>>;
export function transformParallel(
  grouped: unknown,
  fn: unknown,
  options: AnyApplyOptions = {},
): Promise<unknown> {
  const caller: Caller = {};
  Error.captureStackTrace(caller, transformParallel);
  const begin = () => {
    const resolved = resolveOptionsWithout(VERB.name, options, LACKS);
    return beginCall(VERB, grouped, fn as AnyGroupFunction, options, resolved);
  };
  return settle(begin, transformGroups, caller);
}

const VERB: Verb = { name: 'transformParallel', argument: 'fn', expects: 'as many rows', unit: 'group' };

const LACKS = {
  returnAs: 'the rows are in the order of the frame only when all groups are done; applyParallel has it',
  groupKeys:
    'the rows of the result are those of the frame, which has the keys; return them, or use applyParallel',
};
