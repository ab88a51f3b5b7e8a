import { groupCacheKey } from '../cache/index.js';
import { ApplyError } from '../errors.js';
import { tellCaller } from '../failures/index.js';
import { adapterOf, isDanfoGroupby, usersFrameClass } from '../frame/index.js';
import { type Caller, preview, throwIfAborted, untilAborted } from '../util/index.js';
import { checkClusterCall } from './check-cluster-call.js';
import { CoGroup, DatasetCoGroup } from './cogroup/index.js';
import { type GroupCall, shipToWorkers } from './group-call.js';
import type { AnyGroupFunction } from './group-kernel.js';
import { GroupBy } from './groupby.js';
import { CallInitializer } from './initializer.js';
import { isOfDatasets } from './open-datasets.js';
import type { AnyApplyOptions, GroupResult } from './options.js';
import { RemoteGroupBy } from './remote-groupby.js';
import type { ResolvedOptions } from './resolve-options.js';
import { sourceOf } from './source-of.js';
import type { Verb } from './verb.js';

/** A call whose arguments are checked and whose function is shipped; its groups are not known yet. */
export type Begun = Omit<GroupCall, 'source'> & { readonly grouped: unknown };

/**
 * Checks the arguments of a verb and ships its function. To be called before any await: V8 finds a function's
 * script a hundred times faster while it is on the stack.
 *
 * @param given the options as the user wrote them
 * @param resolved the same, checked and with defaults
 * @param mostGroups returns an upper limit of the number of groups
 */
export function beginCall(
  verb: Verb,
  grouped: unknown,
  fn: AnyGroupFunction,
  given: AnyApplyOptions,
  resolved: ResolvedOptions,
  mostGroups = () => mostGroupsOf(grouped),
): Begun {
  if (typeof fn !== 'function') {
    const { name, argument } = verb;
    throw new ApplyError('ERR_INVALID_OPTION', `${name}: ${argument} must be a function, got ${preview(fn)}`);
  }
  const options = onItsCluster(grouped, resolved);
  throwIfAborted(options.signal);
  if (!isOfDatasets(grouped)) checkNoDatasetOptions(verb, given);
  const kinds = kindsOf(grouped);
  checkClusterCall(verb, grouped, given, options, kinds);
  const isDanfo = options.input === 'danfo' || (options.input === 'same' && kinds.includes('danfo'));
  const frameClass = isDanfo ? usersFrameClass() : undefined;
  const needs = { mostGroups, kinds, hasCache: given.cache?.home !== undefined };
  const shipped = shipToWorkers(fn, options, needs, frameClass);
  const { cache, seed, schema, initializer } = given;
  const common = [options.input, schema && String(schema), frameClass, verb.expects];
  // Left out where there is none, so that results cached before stay valid.
  const salt = initializer ? [...common, initializer] : common;
  const cacheKey = cache?.home && groupCacheKey(cache.home, fn, { seed, salt });
  const ofCall = initializer && new CallInitializer(initializer);
  const kept = options.toCluster && {};
  return { verb, grouped, fn, shipped, initializer: ofCall, options, cacheKey, crew: {}, kept };
}

/** A remote frame runs where it lies. */
const onItsCluster = (grouped: unknown, options: ResolvedOptions): ResolvedOptions =>
  grouped instanceof RemoteGroupBy
    ? { ...options, cluster: options.cluster ?? RemoteGroupBy.parts(grouped).frame.cluster }
    : options;

/** Throws for options of data sets that a call on other groups would ignore. */
function checkNoDatasetOptions({ name }: Verb, given: AnyApplyOptions): void {
  const option = (['memoryLimit', 'spillTo'] as const).find((each) => given[each] !== undefined);
  if (option === undefined) return;
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    `${name}: ${option} is for groups of a data set, groupby(await scan(path), key); ` +
      'these rows are in memory already',
  );
}

function mostGroupsOf(grouped: unknown): number {
  if (grouped instanceof CoGroup) return CoGroup.most(grouped);
  return grouped instanceof GroupBy ? GroupBy.most(grouped) : Number.POSITIVE_INFINITY;
}

/** Returns the kinds of the frames that are grouped, as far as they are known. */
function kindsOf(grouped: unknown): readonly string[] {
  if (grouped instanceof CoGroup) return CoGroup.kinds(grouped);
  if (grouped instanceof DatasetCoGroup) return DatasetCoGroup.kinds(grouped);
  if (grouped instanceof GroupBy) return [GroupBy.kind(grouped)];
  if (grouped instanceof RemoteGroupBy) return ['arrow'];
  if (isDanfoGroupby(grouped)) return ['danfo'];
  const kind = adapterOf(grouped)?.kind;
  return kind === undefined ? [] : [kind];
}

/** Finds the groups of a call on frames. */
export async function groupCallOf({ grouped, ...begun }: Begun): Promise<GroupCall> {
  const { signal } = begun.options;
  return { ...begun, source: await untilAborted(sourceOf(grouped, begun.verb.name, signal), signal) };
}

/**
 * Begins a call at once and resolves to what `run` makes of it. What `begin` throws becomes a rejection, and
 * errors of groups tell where the call was.
 */
export async function settle<B, T>(
  begin: () => B,
  run: (begun: B) => Promise<T>,
  caller: Caller,
): Promise<T> {
  try {
    return await run(begin());
  } catch (error) {
    return rethrow(error, caller);
  }
}

/** The results of a call, one by one. */
export type ResultStream = AsyncGenerator<GroupResult<unknown>, void, undefined>;

/** Yields the results of a stream; errors of groups tell where the call was. */
export async function* tellingCaller(caller: Caller, open: () => Promise<ResultStream>): ResultStream {
  try {
    yield* await open();
  } catch (error) {
    rethrow(error, caller);
  }
}

/** Throws an error of a call again; it tells where the call was. */
function rethrow(thrown: unknown, caller: Caller): never {
  const error = ofThisThread(thrown);
  tellCaller(error, caller);
  throw error;
}

/**
 * Returns an error of this package as one of its class; a worker that cannot begin a task posts a plain copy.
 */
function ofThisThread(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'ApplyError' || error instanceof ApplyError) return error;
  return new ApplyError((error as ApplyError).code, error.message, { cause: error.cause });
}
