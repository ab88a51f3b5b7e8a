import type { RemoteFrame } from './cluster/index.js';
import type { GroupKey } from './errors.js';
import type { Dataset } from './files/index.js';
import type {
  Column,
  Columns,
  FrameKind,
  FrameLike,
  FrameOf,
  IsColumns,
  ResultFrame,
  ResultOf,
  RowWith,
} from './frame/index.js';
import {
  type AnyApplyOptions,
  type AnyGroupFunction,
  type ApplyOptions,
  applyTo,
  beginCall,
  type ClusterResultsOptions,
  type CoGroup,
  type DatasetCoGroup,
  type GroupBy,
  type GroupContext,
  type Grouped,
  type GroupResult,
  type GroupsOf,
  type ReturnAs,
  resolveApplyOptions,
  runHere,
  settle,
  streamOf,
  type Verb,
  type WithKeys,
  type WriteResultsOptions,
} from './groups/index.js';
import type { Caller } from './util/index.js';

/**
 * A function for one group. It receives the group's rows and a context, and returns the group's result: a
 * frame of any kind, an object of columns, an array of rows, one row, or null for nothing.
 */
export type GroupFunction<G, K extends GroupKey = GroupKey, T = FrameLike> = (
  group: G,
  context: GroupContext<K>,
) => T | Promise<T>;

/**
 * `unknown` if a function of `G` takes groups of the type `Given`, which may be wider, because only the
 * user knows the columns. Otherwise the type that makes the compiler explain what is wrong with the
 * function. A name that `Given` does not have is a mistake if its type tells all columns.
 */
export type FitsGroup<G, Given> = [G] extends [Given]
  ? unknown
  : [Given] extends [G]
    ? unknown
    : IsColumns<Given> extends true
      ? NamesFit<G, Given> extends true
        ? G extends object & { readonly [Name in keyof G]: Column }
          ? unknown
          : GroupFunction<DeclaredColumns<G, Given>>
        : GroupFunction<Given>
      : [Given, G] extends [readonly (infer R)[], readonly (infer Row)[]]
        ? NamesFit<Row, R> extends true
          ? unknown
          : GroupFunction<Given>
        : GroupFunction<Given>;

/**
 * The columns that a function declares, with `Column` where it declares what no column is, such as
 * `string[]`: the compiler then names that column. It is `Given` if that tells the columns, or if `G` has
 * methods.
 */
type DeclaredColumns<G, Given> = string extends keyof Given
  ? [Extract<G[keyof G], (...args: never[]) => unknown>] extends [never]
    ? { [Name in keyof G]: G[Name] extends Column ? G[Name] : Column }
    : Given
  : Given;

/** Tells whether all names of `G` may be names of `Given`. */
type NamesFit<G, Given> = string extends keyof Given ? true : keyof G extends keyof Given ? true : false;

/**
 * A function for the groups of a {@link cogroup}. It receives each frame's rows of the group, in the order of
 * the groupbys, and the context, and returns what a {@link GroupFunction} does.
 *
 * @typeParam Args the types of all its parameters
 */
export type CoGroupFunction<Args extends readonly unknown[], T = FrameLike> = (
  ...args: Args
) => T | Promise<T>;

/** The arguments that the function for a cogroup of `Frames` gets. */
export type CoGroupArguments<
  Frames extends readonly unknown[],
  I extends FrameKind | 'same',
  K extends GroupKey = GroupKey,
> = [...{ -readonly [N in keyof Frames]: FrameOf<Frames[N], I> }, context: GroupContext<K>];

/**
 * `unknown` if each of the parameters fits as {@link FitsGroup} says, and otherwise what shows the mistake.
 */
export type FitsGroups<Args extends readonly unknown[], Given extends readonly unknown[]> =
  Fits<Args, Given> extends true ? unknown : CoGroupFunction<Given>;

type Fits<Args extends readonly unknown[], Given extends readonly unknown[]> = Args extends readonly [
  infer Arg,
  ...infer Args,
]
  ? Given extends readonly [infer G, ...infer Others]
    ? unknown extends FitsGroup<Arg, G>
      ? Fits<Args, Others>
      : false
    : false
  : true;

/**
 * The return type of a call: a promise of one frame, or a generator of the results. `R` has all kinds where
 * the option is left out, so that editors complete them.
 */
export type ApplyReturn<F, R extends ReturnAs, K extends GroupKey = GroupKey> = [ReturnAs] extends [R]
  ? Promise<F>
  : R extends 'frame'
    ? Promise<F>
    : AsyncGenerator<GroupResult<F, K>, void, undefined>;

/**
 * Runs a function on every group of a {@link cogroup}, with each frame's rows, and writes the results to
 * files instead of returning them.
 */
export function applyParallel<
  Frames extends readonly unknown[],
  I extends FrameKind | 'same' = FrameKind | 'same',
  K extends GroupKey = GroupKey,
  Args extends readonly unknown[] = CoGroupArguments<Frames, I, K>,
>(
  grouped: CoGroup<Frames, K> | DatasetCoGroup<Frames, K>,
  fn: CoGroupFunction<Args> & FitsGroups<Args, CoGroupArguments<Frames, I, K>>,
  options: WriteResultsOptions<I>,
): Promise<Dataset>;
/**
 * Runs a function on every group of a {@link cogroup} on a cluster, which writes the results.
 */
export function applyParallel<
  Frames extends readonly unknown[],
  I extends FrameKind | 'same' = FrameKind | 'same',
  K extends GroupKey = GroupKey,
  Args extends readonly unknown[] = CoGroupArguments<Frames, I, K>,
>(
  grouped: CoGroup<Frames, K>,
  fn: CoGroupFunction<Args> & FitsGroups<Args, CoGroupArguments<Frames, I, K>>,
  options: ClusterResultsOptions<I>,
): Promise<RemoteFrame>;
/**
 * Runs a function on every group of a {@link cogroup}, with each frame's rows of the group and the context.
 * The result is of the kind of the first frame; options and errors are those of groups of one frame.
 */
export function applyParallel<
  Frames extends readonly unknown[],
  I extends FrameKind | 'same' = FrameKind | 'same',
  O extends FrameKind | 'same' = FrameKind | 'same',
  R extends ReturnAs = ReturnAs,
  K extends GroupKey = GroupKey,
  Args extends readonly unknown[] = CoGroupArguments<Frames, I, K>,
  T extends FrameLike = FrameLike,
  W extends boolean = false,
>(
  grouped: CoGroup<Frames, K> | DatasetCoGroup<Frames, K>,
  fn: CoGroupFunction<Args, T> & FitsGroups<Args, CoGroupArguments<Frames, I, K>>,
  options?: ApplyOptions<I, O, R> & {
    groupKeys?: W;
  },
): ApplyReturn<W extends true ? ResultOf<Frames[0], O> : ResultFrame<Frames[0], O, T>, R, K>;
/**
 * Runs a function on every group and writes the results to files, as they come, instead of returning them.
 */
export function applyParallel<
  F,
  I extends FrameKind | 'same' = FrameKind | 'same',
  G = FrameOf<F, I>,
  K extends GroupKey = GroupKey,
>(
  grouped: Grouped<F, K>,
  fn: GroupFunction<G, K> & FitsGroup<G, FrameOf<F, I>>,
  options: WriteResultsOptions<I>,
): Promise<Dataset>;
/**
 * Runs a function on every group on a cluster, which writes the results, instead of returning them.
 */
export function applyParallel<
  F,
  I extends FrameKind | 'same' = FrameKind | 'same',
  G = FrameOf<F, I>,
  K extends GroupKey = GroupKey,
>(
  grouped: Grouped<F, K>,
  fn: GroupFunction<G, K> & FitsGroup<G, FrameOf<F, I>>,
  options: ClusterResultsOptions<I>,
): Promise<RemoteFrame>;
/**
 * Runs a function that says which columns it takes on groups of rows, also of rows of any type that have
 * these.
 */
export function applyParallel<
  C extends Columns = never,
  F extends readonly RowWith<C>[] = readonly RowWith<C>[],
  O extends FrameKind | 'same' = FrameKind | 'same',
  R extends ReturnAs = ReturnAs,
  K extends GroupKey = GroupKey,
  T extends FrameLike = FrameLike,
>(
  grouped: GroupBy<F, K>,
  fn: GroupFunction<C, K, T>,
  options: ApplyOptions<'columns', O, R> & { input: 'columns'; groupKeys?: false },
): ApplyReturn<ResultFrame<F, O, T>, R, K>;
/**
 * Runs a function on every group on all cores, drops the empty results and returns the others as one frame,
 * in group order, with a fresh index. Counterpart of `pd.concat(Parallel(n_jobs)(delayed(fn)(g) for _, g in
 * df.groupby(key)))`.
 *
 * The function is an ordinary one, closures included. It runs in worker threads, on shared memory. What it
 * changes in its group stays in its group.
 *
 * @param grouped `groupby(frame, key)`, a danfojs `df.groupby([key])`, {@link cogroup} of several, an
 *   iterable of `[key, frame]` or frames; or groups of a data set, `groupby(await scan(path), key)`, which
 *   may be larger than memory (option `memoryLimit`)
 * @param fn see {@link GroupFunction}
 * @returns the kind of frame that was grouped, or the kind that `output` names; with `returnAs` an async
 *   generator of the groups' results; with `to` the data set that was written, on a cluster the remote frame
 * @throws GroupError `ERR_GROUP_FAILED` (`cause` is what the function threw), `ERR_GROUP_TIMEOUT`,
 *   `ERR_BAD_RESULT`, `ERR_SCHEMA_MISMATCH`, `ERR_WORKER_EXITED`, `ERR_WORKER_OUT_OF_MEMORY`
 * @throws ApplyError `ERR_UNSHIPPABLE`, `ERR_INVALID_OPTION`, `ERR_NOT_A_FRAME`, `ERR_ABORTED`
 * @example
 * const rate = 0.2;
 * const out = await applyParallel(
 *   groupby(sales, 'category'),
 *   (g: { price: Float64Array }) => ({ ...g, tax: g.price.map((p) => p * rate) }),
 *   { input: 'columns' },
 * );
 */
export function applyParallel<
  F,
  I extends FrameKind | 'same' = FrameKind | 'same',
  O extends FrameKind | 'same' = FrameKind | 'same',
  R extends ReturnAs = ReturnAs,
  G = FrameOf<F, I>,
  K extends GroupKey = GroupKey,
  N = unknown,
  W extends boolean = false,
  T extends FrameLike = FrameLike,
  Given = unknown,
>(
  grouped: GroupsOf<Given, F, K, N>,
  fn: GroupFunction<G, K, T> & FitsGroup<G, FrameOf<F, I>>,
  options?: ApplyOptions<I, O, R> & {
    groupKeys?: W;
  },
): ApplyReturn<W extends true ? WithKeys<ResultFrame<F, O, T>, N> : ResultFrame<F, O, T>, R, K>;
export function applyParallel(grouped: unknown, fn: unknown, options: AnyApplyOptions = {}): unknown {
  const caller: Caller = {};
  Error.captureStackTrace(caller, applyParallel);
  const call = fn as AnyGroupFunction;
  if (GENERATORS.has(options?.returnAs)) {
    return streamOf(beginCall(VERB, grouped, call, options, resolveApplyOptions(options)), caller);
  }
  const begin = () => {
    const resolved = resolveApplyOptions(options);
    return (
      runHere(VERB, grouped, call, options, resolved) ?? beginCall(VERB, grouped, call, options, resolved)
    );
  };
  return settle(begin, (begun) => ('finish' in begun ? begun.finish() : applyTo(begun)), caller);
}

const VERB: Verb = { name: 'applyParallel', argument: 'fn', expects: 'any rows', unit: 'group' };

const GENERATORS = new Set<unknown>(['generator', 'generatorUnordered'] satisfies ReturnAs[]);
