import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Schema } from 'apache-arrow';
import { describeSchema, reviveSchema } from '../arrow/index.js';
import type { Memory } from '../cache/index.js';
import { Cluster, ClusterTarget } from '../cluster/index.js';
import { ApplyError, type GroupError } from '../errors.js';
import { type ResolvedTarget, resolveTarget, targetRule } from '../files/index.js';
import { type FrameKind, type FrameLike, frameKinds } from '../frame/index.js';
import {
  type BackendName,
  checkedWithDefaults,
  flag,
  functionRule,
  memoryLimitRule,
  oneOf,
  progressRule,
  type ResolvedWorkers,
  type Rule,
  type Rules,
  resolveMemoryLimit,
  resolveWorkers,
  workerRules,
} from '../options/index.js';
import { endSignals } from '../util/index.js';
import type { AnyApplyOptions, ReturnAs } from './options.js';
import { isOrderBy, type RowsOrder } from './order-by.js';
import type { Progress } from './progress.js';
import type { Report } from './report/index.js';

/** {@link ApplyOptions} with every default filled in. */
export interface ResolvedOptions extends ResolvedWorkers {
  readonly timeout: number | undefined;
  readonly signal: AbortSignal;
  readonly onError: 'throw' | 'skip' | ((error: GroupError) => FrameLike);
  readonly progress: boolean | ((progress: Progress) => void);
  readonly seed: string;
  readonly initializer: (() => unknown) | undefined;
  readonly report: ((report: Report) => void) | undefined;
  readonly schema: Schema | undefined;
  readonly input: FrameKind | 'same';
  readonly output: FrameKind | 'same';
  readonly groupKeys: boolean;
  /** Bytes. */
  readonly memoryLimit: number;
  readonly spillTo: string | undefined;
  readonly orderBy: RowsOrder | undefined;
  /** The cluster on which the groups run; undefined for this machine. */
  readonly cluster: Cluster | undefined;
  /** The tasks of a call on a cluster; undefined for as many as fit it. */
  readonly tasks: number | undefined;
  readonly returnAs: ReturnAs;
  /** The place of the results on this machine; undefined if none are written here. */
  readonly to: ResolvedTarget | undefined;
  /** The place of the results on the cluster; undefined if they come here. */
  readonly toCluster: ClusterTarget | undefined;
}

/** Computed each time: users may have registered more kinds. */
const frameForms = () => ['same', ...frameKinds()];
const frameForm: Rule = [
  (value) => frameForms().includes(value as string),
  () => `one of ${frameForms().join(', ')}`,
  frameForms,
];

const applyRules: Rules<AnyApplyOptions> = {
  ...workerRules,
  backend: [(v) => workerRules.backend[0](v) || v instanceof Cluster, workerRules.backend[1]],
  orderBy: [isOrderBy, 'a column, { column, descending }, or an array of these'],
  onError: [(v) => v === 'throw' || v === 'skip' || typeof v === 'function', "'throw', 'skip' or a function"],
  progress: progressRule,
  seed: [(v) => Number.isSafeInteger(v) || typeof v === 'string', 'a whole number or a string'],
  cache: [isMemory, 'a Memory'],
  initializer: functionRule,
  report: functionRule,
  schema: [isSchema, 'an Arrow Schema'],
  input: frameForm,
  output: frameForm,
  memoryLimit: memoryLimitRule,
  spillTo: [(value) => typeof value === 'string' && value !== '', 'the path of a folder'],
  groupKeys: flag,
  returnAs: oneOf('frame', 'generator', 'generatorUnordered'),
  to: [(v) => v instanceof ClusterTarget || targetRule[0](v), targetRule[1]],
};

/**
 * Returns a signal of the call's own: many calls may share the user's, and many groups listen to their
 * call's.
 */
function ownSignal(given: AbortSignal | undefined): AbortSignal {
  const signal = AbortSignal.any(endSignals(given));
  setMaxListeners(0, signal);
  return signal;
}

/** Checks the options of {@link applyParallel} and fills in what is missing. */
export const resolveApplyOptions = (given: AnyApplyOptions): ResolvedOptions =>
  withAllOptions('applyParallel', checkedWithDefaults('applyParallel', given, applyRules));

/**
 * Does the same for another verb, which lacks some of these options.
 *
 * @param lacks the options that the verb lacks, each with the reason
 * @param more the rules of options that only this verb has
 */
export function resolveOptionsWithout(
  verb: string,
  given: AnyApplyOptions,
  lacks: { readonly [Name in keyof AnyApplyOptions]: string },
  more: { readonly [name: string]: Rule } = {},
): ResolvedOptions {
  const all = Object.entries({ ...applyRules, ...more });
  const rules = Object.fromEntries(all.filter(([name]) => !Object.hasOwn(lacks, name)));
  for (const [name, reason] of Object.entries(lacks)) {
    if (given?.[name as keyof AnyApplyOptions] === undefined) continue;
    throw new ApplyError('ERR_INVALID_OPTION', `${verb} has no option '${name}': ${reason}`);
  }
  return withAllOptions(verb, checkedWithDefaults(verb, given, rules as Rules<AnyApplyOptions>));
}

function withAllOptions(verb: string, options: AnyApplyOptions): ResolvedOptions {
  return {
    ...resolvePlace(options),
    orderBy: options.orderBy,
    timeout: options.timeout,
    signal: ownSignal(options.signal),
    onError: options.onError ?? 'throw',
    progress: options.progress ?? false,
    seed: String(options.seed ?? randomUUID()),
    initializer: options.initializer,
    report: options.report,
    schema: options.schema && reviveSchema(describeSchema(options.schema)),
    input: options.input ?? 'same',
    output: options.output ?? 'same',
    groupKeys: options.groupKeys ?? false,
    memoryLimit: resolveMemoryLimit(options.memoryLimit),
    spillTo: options.spillTo,
    returnAs: options.returnAs ?? 'frame',
    ...targetsOf(verb, options),
  };
}

/** Resolves where the groups run, and how many at once. */
function resolvePlace(options: AnyApplyOptions) {
  const { nJobs, backend, batchSize, retries } = options;
  const cluster = backend instanceof Cluster ? backend : undefined;
  const tasks = nJobs !== undefined && nJobs > 0 ? nJobs : undefined;
  if (!cluster) return { ...resolveWorkers({ ...options, backend: backend as BackendName }), cluster, tasks };
  // This machine may use all cores for its own part of such a call.
  return { ...resolveWorkers({ batchSize, retries }), mayUseFewer: false, cluster, tasks };
}

/** Resolves `to`, which leaves nothing to be returned in another way. */
function targetsOf(verb: string, { to, output, returnAs }: AnyApplyOptions) {
  if (to === undefined) return { to, toCluster: undefined };
  const other = output !== undefined ? 'output' : returnAs === 'frame' ? undefined : returnAs && 'returnAs';
  if (other === undefined) {
    return to instanceof ClusterTarget
      ? { to: undefined, toCluster: to, mayUseFewer: false }
      : { to: resolveTarget(verb, to), toCluster: undefined };
  }
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    `${verb}: ${other} says how results are returned, and with to they are written instead; leave one of them out`,
  );
}

function isMemory(value: unknown): boolean {
  return typeof (value as Memory | null)?.cache === 'function';
}

function isSchema(value: unknown): boolean {
  return Array.isArray((value as Schema | null)?.fields);
}
