import { setMaxListeners } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { ApplyError } from '../errors.js';
import { packageHome, packageUrl, requireFrom, requirePackageHome } from '../util/index.js';
import { reviveError } from '../values/index.js';
import { heapLimitMb } from './heap-limit.js';
import type { KernelName } from './kernel.js';
import type { FirstKernel, LoadMessage, StrayErrorMessage } from './protocol.js';
import { countLogs, untilLogged } from './received-logs.js';

/** How long idle workers are kept after the last job. */
const IDLE_MS = 60_000;

/** The pool as a job sees it while it uses it. */
export interface PoolLease {
  /** Runs a task on the next free worker. */
  run(task: unknown, transferList: readonly MessagePort[], signal: AbortSignal): Promise<unknown>;
  /**
   * The number of tasks that wait for workers, if several jobs use the pool, else 0. Lies in shared memory.
   */
  readonly queueSize: Int32Array;
  /** Tells whether no worker has started yet. */
  isStarting(): boolean;
  /** Aborts when the pool ends while a job still runs on it; the reason says why. */
  readonly ended: AbortSignal;
  /** Ends the pool for all jobs, because its workers cannot start. */
  readonly end: (reason: unknown) => Promise<void>;
}

/**
 * Runs a job with a pool of at least `size` workers that have loaded what the kernel needs, and keeps the
 * pool for the next job.
 */
export type LeasePool = <T>(
  size: number,
  kernel: KernelName,
  job: (lease: PoolLease) => Promise<T>,
) => Promise<T>;

interface Pool extends PoolLease {
  readonly piscina: Piscina;
  readonly size: number;
  /**
   * The number of threads that have loaded what they need, those that replaced dead ones included. Threads
   * add to it in shared memory: this thread may be busy since before they started, and has no messages yet.
   */
  readonly loaded: Int32Array;
  /** True once the threads were told to load what {@link KernelSource.isAlone} spares them. */
  isWide: boolean;
  /** The number of jobs that run on it now. */
  jobs: number;
  /** The last error of a worker outside a task, such as one that cannot start. */
  lastError?: unknown;
  idleTimer?: NodeJS.Timeout;
}

let current: Pool | undefined;
/**
 * All pools with workers. A pool too small for a new job is replaced, and ends when its own jobs are done.
 */
const pools = new Set<Pool>();

/**
 * Runs a job with the process's one pool, which has at least `size` workers. The pool is kept between jobs
 * and ends a minute after the last one; it never keeps the process alive by itself. Workers of a new pool
 * load what the kernel needs.
 */
export async function withPool<T>(
  size: number,
  kernel: KernelName,
  job: (lease: Pool) => Promise<T>,
): Promise<T> {
  const pool = poolOf(size, kernel);
  clearTimeout(pool.idleTimer);
  pool.jobs++;
  try {
    const result = await job(pool);
    await untilLogged(pool.piscina.threads);
    return result;
  } finally {
    pool.jobs--;
    if (pool.jobs === 0) endWhenIdle(pool);
  }
}

function poolOf(size: number, kernel: KernelName): Pool {
  if (current && current.size >= size) return current;
  const outgrown = current;
  current = tryToStart(size, kernel);
  if (outgrown?.jobs === 0) endWhenIdle(outgrown);
  return current;
}

/**
 * Starts a pool. Throws an ApplyError where threads cannot be made, such as under Node's permission model.
 */
function tryToStart(size: number, kernel: KernelName): Pool {
  try {
    return startPool(size, kernel);
  } catch (error) {
    throw error instanceof ApplyError ? error : poolEndError(error);
  }
}

function startPool(size: number, { name, isAlone }: KernelName): Pool {
  const first: KernelName = { name, isAlone };
  /** The ids of threads to which Piscina gives tasks. */
  const ready = new Set<number>();
  const loaded = new Int32Array(new SharedArrayBuffer(4));
  // The minimum equals the maximum: Piscina replaces dead workers only up to the minimum.
  requirePackageHome();
  // Required here and not imported above: a bundler would put it into ES modules, where it does not load.
  const { Piscina } = requireFrom(packageUrl)('piscina') as typeof import('piscina');
  const piscina = new Piscina({
    filename: new URL('worker-entry.cjs', packageHome).href,
    minThreads: size,
    maxThreads: size,
    atomics: 'disabled',
    recordTiming: false,
    workerHistogram: false,
    // A thread that is still starting gets no task. If it were ended with the task, Piscina would conclude
    // that no thread can start, and would replace no worker any more.
    loadBalancer: (_, workers) =>
      workers.find((worker) => worker.currentUsage === 0 && ready.has(worker.id)) ?? null,
    workerData: { ...first, loaded } satisfies FirstKernel,
    resourceLimits: { maxOldGenerationSizeMb: heapLimitMb(size) },
  });
  const ended = new AbortController();
  // Each job on the pool adds a listener; without this, Node would warn of a leak.
  setMaxListeners(0, ended.signal);
  const queueSize = new Int32Array(new SharedArrayBuffer(4));
  const observe = () => Atomics.store(queueSize, 0, pool.jobs > 1 ? piscina.queueSize : 0);
  const pool: Pool = {
    piscina,
    queueSize,
    ended: ended.signal,
    size,
    loaded,
    isWide: !isAlone,
    jobs: 0,
    isStarting: () => ready.size === 0,
    async run(task, transferList, signal) {
      const running = piscina.run(task, { transferList: [...transferList], signal });
      observe();
      try {
        return await running;
      } finally {
        // Later, since Piscina takes the next task off its queue only after this promise settles.
        setImmediate(observe);
      }
    },
    async end(reason) {
      pools.delete(pool);
      if (pool === current) current = undefined;
      clearTimeout(pool.idleTimer);
      ended.abort(reason);
      await piscina.destroy();
    },
  };
  pools.add(pool);
  watchThreads(pool, ready);
  return pool;
}

/** Follows which threads of a pool are `ready`, and what goes wrong in them beside its jobs. */
function watchThreads(pool: Pool, ready: Set<number>): void {
  const { piscina } = pool;
  piscina.on('workerCreate', ({ id }: { id: number }) => {
    ready.add(id);
    countLogs(piscina.threads);
  });
  // Functions may post messages of their own to this port; these are ignored.
  piscina.on('message', (message: Partial<StrayErrorMessage> | null) => {
    if (message?.type === 'stray-error' && message.error) warnOfStray(reviveError(message.error));
  });
  piscina.on('error', (error: unknown) => {
    pool.lastError = error;
    if (pool.jobs === 0 && loadedIn(pool) > 0) warnOfStray(error);
  });
  // Piscina gives up when workers cannot start. Ends the pool then: its jobs would wait forever.
  piscina.on('workerDestroy', ({ id }: { id: number }) => {
    ready.delete(id);
    setImmediate(() => {
      if (pools.has(pool) && piscina.threads.length === 0) pool.end(pool.lastError).catch(warn);
    });
  });
}

/** Warns of an error that something threw after its function had returned; no promise is left to reject. */
export function warnOfStray(error: unknown): void {
  warn(error, 'uncaught in a worker, after the function had returned');
}

function warn(error: unknown, what = 'the workers could not be ended'): void {
  const text = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  process.emitWarning(`${what}: ${text}`);
}

/** Ends a pool without jobs: after {@link IDLE_MS} if it is the current one, else now. */
function endWhenIdle(pool: Pool): void {
  if (!pools.has(pool)) return;
  const end = () => {
    pool.end(new Error('the workers were idle')).catch(warn);
  };
  if (pool !== current) end();
  else pool.idleTimer = setTimeout(end, IDLE_MS).unref();
}

const loadedIn = ({ loaded }: Pool): number => Atomics.load(loaded, 0);

/** Tells whether there are workers, or some are starting. */
export const hasWorkers = (): boolean => current !== undefined;

/** Returns the size of the pool; 0 if there is none, if it still starts, or if a job runs on it. */
export const idleWorkers = (): number =>
  current && current.jobs === 0 && loadedIn(current) >= current.size ? current.size : 0;

/**
 * Starts `size` workers in the background, if there are fewer, each of which loads the kernel. Returns at
 * once, and never fails: where workers cannot start, a job that uses them reports it.
 */
export function warmPool(size: number, kernel: KernelName): void {
  if (current && current.size >= size) {
    if (!kernel.isAlone && !current.isWide && current.jobs === 0) loadInAll(current, kernel);
    return;
  }
  try {
    const pool = poolOf(size, kernel);
    if (pool.jobs === 0) endWhenIdle(pool);
  } catch {
    // The job starts the pool again and tells why it cannot.
  }
}

/** Has idle threads load a kernel whose functions import modules. */
function loadInAll(pool: Pool, load: KernelName): void {
  pool.isWide = true;
  Atomics.sub(pool.loaded, 0, pool.size);
  const task: LoadMessage = { load };
  for (let k = 0; k < pool.size; k++) {
    pool.piscina.run(task).catch((error: unknown) => {
      pool.lastError = error;
    });
  }
}

/** Ends all threads, now. */
export async function endThreads(): Promise<void> {
  await Promise.all([...pools].map((pool) => pool.end(SHUT_DOWN)));
}

/** The reason of {@link PoolLease.ended} after a {@link shutdown}. */
export const SHUT_DOWN = Symbol('shutdown');

/** Tells whether an error is one of Node's permission model. */
export const isDenied = (error: unknown): boolean =>
  (error as { code?: unknown } | undefined)?.code === 'ERR_ACCESS_DENIED';

/** Returns the error of jobs whose pool has ended or cannot start. */
export function poolEndError(reason: unknown): unknown {
  if (reason instanceof ApplyError) return reason;
  if (reason === SHUT_DOWN) return new ApplyError('ERR_ABORTED', 'the call was ended by shutdown()');
  const why = isDenied(reason) ? DENIED : String(reason);
  return new ApplyError('ERR_WORKER_EXITED', `the workers cannot start: ${why}`, { cause: reason });
}

const DENIED =
  "Node's permission model allows no threads; start node with --allow-worker, or pass nJobs: 1, which needs none";
