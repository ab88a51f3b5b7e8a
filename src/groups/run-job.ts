import { describeSchema, packBatch } from '../arrow/index.js';
import { checkShippable, danfoPatchModule, describeAdapter, registered } from '../frame/index.js';
import { type Job, type JobEvents, runEventLoop, runInline, runProcesses, runThreads } from '../run/index.js';
import type { ShippedFunction } from '../ship/index.js';
import { untilAborted } from '../util/index.js';
import { type ApartTask, apartKernelSource } from './apart/index.js';
import { formsOf, type GroupCall, workersOf } from './group-call.js';
import {
  type CommonTask,
  GroupKernel,
  type GroupTask,
  groupKernelSource,
  prepareForms,
  viewsOf,
  withTracker,
} from './group-kernel.js';
import { describeOthers } from './group-views.js';
import type { PreparedGroups } from './prepare-groups.js';
import type { RunRecord } from './report/index.js';
import { runsAlone } from './runs-alone.js';
import { chooseWorkers } from './worker-choice.js';

/** The groups of a call that are to be run. */
export interface GroupJob {
  readonly call: GroupCall;
  readonly prepared: PreparedGroups;
  readonly job: Omit<Job, 'kernel'>;
  readonly events: JobEvents;
  readonly record: RunRecord;
}

/** The form of the rows that the function gets, and those of its other arguments. */
type Forms = ReturnType<typeof formsOf>;

/** A job whose function is sent to other threads or processes. */
interface JobAway extends GroupJob {
  readonly shipped: ShippedFunction;
  readonly forms: Forms;
  /** The names of these forms, in the order of the function's arguments. */
  readonly kinds: readonly string[];
}

/** Runs groups on a cluster, in worker threads, in child processes or in this thread, as the call says. */
export async function runJob(given: GroupJob): Promise<void> {
  const { call, prepared, job, events } = given;
  const { shipped, options } = call;
  if (options.cluster) {
    const { runParts } = await import('./cluster/index.js');
    const { shards, keys } = prepared;
    return runParts(call, { shards, keys }, job, events);
  }
  const forms = formsOf(call, prepared.shards);
  if (shipped === undefined) return runInThisThread(given, forms);
  const kinds = [forms, ...(forms.others ?? [])].map(({ form }) => form);
  for (const kind of kinds) checkShippable(kind);
  const away: JobAway = { ...given, shipped, forms, kinds };
  return options.backend === 'processes' ? runInProcesses(away) : runInThreads(away);
}

/** Notes who runs the groups, for progress and report. */
export function noteCrew({ crew }: GroupCall, record: RunRecord, workers: number, because?: string): void {
  crew.workers = workers;
  if (because !== undefined) crew.workersBecause = because;
  record.chose?.(workers, because);
}

/** Returns what threads and processes are told of the call. */
function commonTask({ call, prepared, shipped, forms }: JobAway): CommonTask {
  const { source, verb, initializer, options } = call;
  const { shards, keys } = prepared;
  return {
    fn: shipped,
    initialized: initializer?.task,
    sizes: shards.sizes,
    keys,
    firstIndex: source.firstIndex ?? 0,
    form: forms.form,
    seed: options.seed,
    expects: verb.expects,
    adapters: registered()
      .filter(({ module }) => module !== undefined)
      .map(describeAdapter),
    schema: options.schema && describeSchema(options.schema),
    danfo: danfoPatchModule(),
  };
}

async function runInProcesses(given: JobAway): Promise<void> {
  const { call, prepared, job, events, shipped, forms, kinds } = given;
  const { shards, cache } = prepared;
  const { workers, signal } = call.options;
  const apart: ApartTask = {
    ...commonTask(given),
    others: forms.others?.map(({ form, sizes }) => ({ form, sizes })),
    cache: cache && { isSeeded: cache.task.isSeeded },
  };
  const kernel = apartKernelSource(apart, shards, runsAlone(shipped, kinds, false));
  call.crew.workers = workersOf(call);
  const initializes = call.initializer !== undefined;
  return runProcesses({ ...job, kernel, initializes }, workers, events, signal);
}

async function runInThreads(given: JobAway): Promise<void> {
  const { call, prepared, job, events, record, shipped, forms, kinds } = given;
  const { shards, cache } = prepared;
  const { workers, signal } = call.options;
  const { batchOf, from, written, rowMemory } = shards;
  const data: GroupTask = {
    ...commonTask(given),
    batches: shards.batches.map(packBatch),
    batchOf,
    from,
    written,
    rowMemory,
    others: describeOthers(forms.others),
    cache: cache?.task,
  };
  const kernel = groupKernelSource(data, runsAlone(shipped, kinds, cache !== undefined));
  const choice = chooseWorkers(call, shipped, Math.min(workers, call.source.count));
  const { beginners } = choice;
  noteCrew(call, record, beginners, choice.why);
  const initializes = call.initializer !== undefined;
  const busyMs = await runThreads({ ...job, kernel, initializes, beginners }, workers, events, signal);
  if (!signal.aborted && job.indices === undefined) choice.learn(busyMs);
}

async function runInThisThread({ call, prepared, job, events }: GroupJob, forms: Forms): Promise<void> {
  const { source, verb, fn, initializer, options } = call;
  const { shards, keys, cache } = prepared;
  const { signal, schema, workers, seed } = options;
  call.crew.workers = workersOf(call);
  await prepareForms(forms);
  if (initializer) await untilAborted(initializer.runHere(), signal);
  const { firstIndex = 0 } = source;
  const task = { ...shards, ...forms, keys, firstIndex, seed, expects: verb.expects, fn, schema };
  const work = await withTracker(task, cache?.task);
  if (options.backend !== 'async') return runInline(new GroupKernel(work), job, events, signal);
  const views = viewsOf(work);
  return runEventLoop(() => new GroupKernel(work, views), job, workers, events, signal);
}
