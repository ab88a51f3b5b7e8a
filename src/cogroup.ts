import type { GroupKey } from './errors.js';
import type { DanfoGroupby } from './frame/index.js';
import {
  type CoGroup,
  type CogroupOptions,
  cogroupOf,
  type DatasetCoGroup,
  type DatasetGroupBy,
  type GroupBy,
} from './groups/index.js';

type AnyGroupby = GroupBy<unknown> | DatasetGroupBy<unknown> | DanfoGroupby<unknown>;

/** The groupbys that `cogroup` takes: two or more. */
export type Groupbys = readonly [AnyGroupby, AnyGroupby, ...AnyGroupby[]];

/** The frames of groupbys. */
export type FramesOf<G extends Groupbys> = {
  -readonly [I in keyof G]: G[I] extends GroupBy<infer F, GroupKey, unknown>
    ? F
    : G[I] extends DatasetGroupBy<infer F, GroupKey, unknown>
      ? F
      : G[I] extends DanfoGroupby<infer F>
        ? F
        : never;
};

/** The keys of groupbys: those of any of them. */
export type KeysOf<G extends Groupbys> = G[number] extends infer Each
  ? Each extends GroupBy<unknown, infer K, unknown> | DatasetGroupBy<unknown, infer K, unknown>
    ? K
    : GroupKey
  : never;

/** The cogroup of groupbys: its members are asynchronous if one of these is of a data set. */
export type CoGroupOf<G extends Groupbys> = [Extract<G[number], DatasetGroupBy<unknown>>] extends [never]
  ? CoGroup<FramesOf<G>, KeysOf<G>>
  : DatasetCoGroup<FramesOf<G>, KeysOf<G>>;

/**
 * Groups several frames together: rows of equal keys form a group, whichever frame they are in. The function
 * of {@link applyParallel} then gets each frame's rows of the group, and the context last. Counterpart of
 * Spark's `df.groupby(k).cogroup(other.groupby(k)).applyInPandas(fn)`.
 *
 * Keys are compared by value, not by type: Int32 with Int64, text with dictionaries of text, dates with
 * times. `context.key` has the type that holds the keys of all frames. Groups come in ascending order of
 * their keys, and in the order of first appearance if all groupbys have `sort: false`.
 *
 * Rows whose key is null or NaN are dropped by each groupby's own `dropna`. Where they are kept, null equals
 * null: the missing keys of all frames are one group.
 *
 * Frames and data sets mix. Data sets that do not fit into memory together (option `memoryLimit` of the call)
 * are spilled to files, by the same runs of groups; a frame beside them stays in memory.
 *
 * @param args two or more groupbys with the same number of keys, and options after them
 * @throws ApplyError `ERR_INVALID_OPTION` if keys cannot be compared, with both types
 * @example
 * const trades = [{ id: 1, at: 10 }, { id: 1, at: 30 }, { id: 2, at: 20 }];
 * const quotes = [{ id: 1, at: 5, price: 7 }, { id: 1, at: 25, price: 8 }];
 * const pairs = cogroup(groupby(trades, 'id'), groupby(quotes, 'id'), { how: 'left' });
 * const priced = await applyParallel(pairs, (t, q) =>
 *   t.map((trade) => ({ ...trade, price: q.findLast(({ at }) => at <= trade.at)?.price ?? null })),
 * );
 * console.log(priced.map(({ id, price }) => [id, price]));
 * // -> [ [ 1, 7 ], [ 1, 8 ], [ 2, null ] ]
 */
export function cogroup<const G extends Groupbys>(...args: G): CoGroupOf<G>;
export function cogroup<const G extends Groupbys>(
  ...args: [...groupbys: G, options: CogroupOptions]
): CoGroupOf<G>;
export function cogroup(...args: unknown[]): unknown {
  return cogroupOf(args);
}
