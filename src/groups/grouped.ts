import type { GroupKey } from '../errors.js';
import type { DanfoGroupby, IsFrame } from '../frame/index.js';
import type { DatasetGroupBy } from './datasets/index.js';
import type { GroupBy } from './frame-groupby.js';
import type { RemoteGroupBy } from './remote-groupby.js';

/** All kinds of groups that `applyParallel` takes, with frames of kind `F`. */
export type Grouped<F, K extends GroupKey = GroupKey, N = unknown> =
  | GroupBy<F, K, N>
  | DatasetGroupBy<F, K, N>
  | RemoteGroupBy<F, K>
  | DanfoGroupby<F>
  | Iterable<F | readonly [key: GroupKey, frame: F]>
  | AsyncIterable<F | readonly [key: GroupKey, frame: F]>;

/**
 * {@link Grouped}, or for a frame that is not grouped a text that the compiler shows.
 *
 * @typeParam Given the type of the argument
 */
export type GroupsOf<Given, F, K extends GroupKey, N = unknown> =
  IsFrame<Given> extends true
    ? 'a frame has no groups yet: write groupby(frame, key), or mapBatches(frame, fn)'
    : Grouped<F, K, N> & Given;

/** {@link Grouped} for calls whose result is in the order of the frame's rows, which a remote frame lacks. */
export type OrderedGroups<F, K extends GroupKey = GroupKey> = Exclude<Grouped<F, K>, RemoteGroupBy<F, K>>;

/**
 * {@link OrderedGroups}, or a text that the compiler shows: for a frame that is not grouped, and for the
 * groups of a remote frame.
 *
 * @typeParam Given the type of the argument
 */
export type OrderedGroupsOf<Given, F, K extends GroupKey> =
  Given extends RemoteGroupBy<unknown>
    ? 'the rows of a remote frame have no order in which the result could come: use applyParallel'
    : GroupsOf<Given, F, K>;
