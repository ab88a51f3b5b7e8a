import type { FitsGroup } from './apply-parallel.js';
import type { GroupError, GroupKey } from './errors.js';
import type { Dataset } from './files/index.js';
import type { FrameKind, FrameOf } from './frame/index.js';
import {
  type AnyApplyOptions,
  type AnyGroupFunction,
  type ApplyOptions,
  beginCall,
  filterGroups,
  type GroupContext,
  type OrderedGroups,
  type OrderedGroupsOf,
  resolveOptionsWithout,
  settle,
  type Verb,
  type WriteResultsOptions,
} from './groups/index.js';
import type { Caller } from './util/index.js';

/** Tells whether the rows of a group stay. */
export type FilterPredicate<G, K extends GroupKey = GroupKey> = (
  group: G,
  context: GroupContext<K>,
) => boolean | Promise<boolean>;

/**
 * Options of {@link filterParallel}: those of `applyParallel`, except for `schema`, `returnAs` and
 * `groupKeys`.
 */
export interface FilterOptions<I extends FrameKind | 'same' = 'same', O extends FrameKind | 'same' = 'same'>
  extends Omit<ApplyOptions<I, O>, 'schema' | 'returnAs' | 'groupKeys' | 'onError'> {
  /**
   * How a failing group affects the call. `'throw'`: the call rejects and the other groups stop. `'skip'`:
   * the rows of the group are left out. A function gets the error and tells whether they stay.
   * @default 'throw'
   */
  onError?: 'throw' | 'skip' | ((error: GroupError) => boolean);
}

/** {@link FilterOptions} of a call that writes its result to files; all groups run before it does. */
export interface WriteFilterOptions<I extends FrameKind | 'same' = 'same'>
  extends Omit<FilterOptions<I>, 'output'>,
    Pick<WriteResultsOptions, 'to'> {}

/** Runs a predicate on every group and writes the rows of those for which it is true to files. */
export function filterParallel<
  F,
  I extends FrameKind | 'same' = FrameKind | 'same',
  G = FrameOf<F, I>,
  K extends GroupKey = GroupKey,
>(
  grouped: OrderedGroups<F, K>,
  predicate: FilterPredicate<G, K> & FitsGroup<G, FrameOf<F, I>>,
  options: WriteFilterOptions<I>,
): Promise<Dataset>;
/**
 * Runs a predicate on every group on all cores and returns the rows of the groups for which it is true, in
 * the order of the frame's rows. Counterpart of `df.groupby(key).filter(f)` in pandas.
 *
 * The rows are those of the frame: what the predicate writes to its group changes nothing. Rows whose key is
 * null are left out, as in pandas; `groupby(frame, key, { dropna: false })` makes them a group. A danfojs
 * DataFrame keeps the labels of the rows that stay.
 *
 * @param grouped `groupby(frame, key)`, a danfojs `df.groupby([key])`, or an iterable of `[key, frame]` or
 *   frames, whose rows then follow each other in that order
 * @param predicate returns true or false, or a promise of it
 * @returns the kind of frame that was grouped, or the kind that `output` names; with `to` the data set that
 *   was written
 * @throws GroupError `ERR_BAD_RESULT` where the predicate returns neither true nor false, and the errors of
 *   {@link applyParallel}
 * @throws ApplyError `ERR_UNSHIPPABLE`, `ERR_INVALID_OPTION`, `ERR_NOT_A_FRAME`, `ERR_ABORTED`
 * @example
 * const out = await filterParallel(
 *   groupby({ shop: ['a', 'b', 'a'], price: Float64Array.of(1, 5, 3) }, 'shop'),
 *   (g) => g.price.length > 1,
 * );
 * console.log(out.price); // -> Float64Array(2) [ 1, 3 ]
 */
export function filterParallel<
  F,
  I extends FrameKind | 'same' = FrameKind | 'same',
  O extends FrameKind | 'same' = FrameKind | 'same',
  G = FrameOf<F, I>,
  K extends GroupKey = GroupKey,
  Given = unknown,
>(
  grouped: OrderedGroupsOf<Given, F, K>,
  predicate: FilterPredicate<G, K> & FitsGroup<G, FrameOf<F, I>>,
  options?: FilterOptions<I, O>,
): Promise<FrameOf<F, O>>;
export function filterParallel(grouped: unknown, predicate: unknown, options: object = {}): Promise<unknown> {
  const caller: Caller = {};
  Error.captureStackTrace(caller, filterParallel);
  // A value that onError returns is read as a boolean, because the verb expects one.
  const given = options as AnyApplyOptions;
  const begin = () => {
    const resolved = resolveOptionsWithout(VERB.name, given, LACKS);
    return beginCall(VERB, grouped, predicate as AnyGroupFunction, given, resolved);
  };
  return settle(begin, filterGroups, caller);
}

const VERB: Verb = { name: 'filterParallel', argument: 'predicate', expects: 'a boolean', unit: 'group' };

const LACKS = {
  schema: 'the columns are those of the frame',
  returnAs: 'the rows are in the order of the frame only when all groups are done; applyParallel has it',
  groupKeys: 'the columns are those of the frame, which has the keys',
};
