import { setMaxListeners } from 'node:events';
import { totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import type { MessagePort, Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { ApplyError } from '../errors.js';
import { reviveError } from '../values/index.js';
import type { StrayMessage } from './protocol.js';

/** How long the workers are kept after the last job. */
const IDLE_MS = 60_000;

/** How long a call waits for its logs to leave. */
const LOGS_MS = 2000;
const MIN_HEAP_MB = 64;
/** The part of the machine's memory that the workers' heaps may take together. */
const MEMORY_PART = 0.8;

/** A job's view of the pool. */
export interface PoolLease {
  /** Has a worker do a task, as soon as one is free. */
  run(task: unknown, transferList: readonly MessagePort[], signal: AbortSignal): Promise<unknown>;
  /** In shared memory: not 0 while tasks of one job wait for workers that are busy with another's. */
  readonly queue: Int32Array;
  /** Aborted when the pool ends though a job still runs on it; the reason says why. */
  readonly ended: AbortSignal;
  /** Ends the pool for everyone: its workers are no good. */
  readonly end: (reason: unknown) => Promise<void>;
}

interface Pool extends PoolLease {
  readonly piscina: Piscina;
  readonly size: number;
  /** Jobs that run on it now. */
  jobs: number;
  /** The last error of a worker that was not at work. */
  trouble?: unknown;
  idle?: NodeJS.Timeout;
}

let current: Pool | undefined;
/** All pools with workers: jobs may still run on one that has been outgrown. */
const pools = new Set<Pool>();

/**
 * Lends the process's one pool, with at least `size` workers, to a job. It is kept between jobs and given back a minute after the
 * last; it never keeps the process alive by itself.
 */
export async function withPool<T>(size: number, job: (lease: Pool) => Promise<T>): Promise<T> {
  const pool = poolOf(size);
  clearTimeout(pool.idle);
  pool.jobs++;
  try {
    const result = await job(pool);
    await logged(pool.piscina.threads);
    return result;
  } finally {
    pool.jobs--;
    if (pool.jobs === 0) retire(pool);
  }
}

/**
 * Waits until what functions logged has been handed on. It comes on other ports than the news that they have ended, and where whoever
 * reads this process's output is slow it lies here: what the caller logs next would overtake it. Not for ever, since nobody may
 * read at all.
 */
async function logged(threads: readonly Worker[]): Promise<void> {
  const end = performance.now() + LOGS_MS;
  const isWaiting = () =>
    threads.some(({ stdout, stderr }) => stdout.readableLength + stderr.readableLength > 0);
  await new Promise(setImmediate);
  while (isWaiting() && performance.now() < end) await delay(5);
}

function poolOf(size: number): Pool {
  if (current && current.size >= size) return current;
  const outgrown = current;
  current = startPool(size);
  if (outgrown?.jobs === 0) retire(outgrown);
  return current;
}

function startPool(size: number): Pool {
  /** Threads that have come to where they take tasks. */
  const ready = new Set<number>();
  // All workers at once and for good: Piscina replaces one that dies only up to its minimum.
  const piscina = new Piscina({
    filename: new URL('./entry.cjs', import.meta.url).href,
    minThreads: size,
    maxThreads: size,
    atomics: 'disabled',
    recordTiming: false,
    workerHistogram: false,
    // One that is still starting gets no task: it would have to be ended with the task, and Piscina takes the end of a thread that was
    // not ready for proof that none can start, and replaces no worker any more.
    loadBalancer: (_, workers) =>
      workers.find((worker) => worker.currentUsage === 0 && ready.has(worker.id)) ?? null,
    resourceLimits: { maxOldGenerationSizeMb: heapLimitMb(size) },
  });
  const ended = new AbortController();
  // Every job on the pool listens; many jobs are no leak.
  setMaxListeners(0, ended.signal);
  const queue = new Int32Array(new SharedArrayBuffer(4));
  const observe = () => Atomics.store(queue, 0, pool.jobs > 1 ? piscina.queueSize : 0);
  const pool: Pool = {
    piscina,
    queue,
    ended: ended.signal,
    size,
    jobs: 0,
    async run(task, transferList, signal) {
      const running = piscina.run(task, { transferList: [...transferList], signal });
      observe();
      try {
        return await running;
      } finally {
        // Only now does the next task in the queue begin.
        setImmediate(observe);
      }
    },
    async end(reason) {
      pools.delete(pool);
      if (pool === current) current = undefined;
      clearTimeout(pool.idle);
      ended.abort(reason);
      await piscina.destroy();
    },
  };
  pools.add(pool);
  piscina.on('workerCreate', ({ id }: { id: number }) => ready.add(id));
  // What functions post themselves is theirs; nobody here listens to it.
  piscina.on('message', (message: Partial<StrayMessage> | null) => {
    if (message?.type === 'stray' && message.error) warn(reviveError(message.error));
  });
  piscina.on('error', (error: unknown) => {
    pool.trouble = error;
    if (pool.jobs === 0 && piscina.threads.length > 0) warn(error);
  });
  // Piscina gives up on workers that cannot even start; jobs would wait for them for ever.
  piscina.on('workerDestroy', () => {
    setImmediate(() => {
      if (pools.has(pool) && piscina.threads.length === 0) void pool.end(pool.trouble);
    });
  });
  return pool;
}

/**
 * How large a worker's heap may grow: as large as this thread's, and no larger than lets all of them fit into memory. One that needs
 * more ends with an error that says so, and not the whole process by the system's hand. What is young in it keeps V8's own limit:
 * twice as much made functions of many objects a tenth faster, but Node ends a full worker within 16 MB more of its heap,
 * and V8 the whole process where more than that is young.
 */
function heapLimitMb(workers: number): number {
  const own = getHeapStatistics().heap_size_limit;
  // 0 or absurdly large where nothing constrains the process.
  const constrained = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  const memory = Math.min(totalmem(), constrained);
  return Math.max(MIN_HEAP_MB, Math.floor(Math.min(own, (memory * MEMORY_PART) / workers) / 2 ** 20));
}

/** Something that a finished function left behind threw. Nobody waits for it any more, but somebody should know. */
function warn(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  process.emitWarning(`uncaught in a worker, after the function had returned: ${text}`);
}

function retire(pool: Pool): void {
  if (!pools.has(pool)) return;
  const end = () => void pool.end(new Error('the workers were idle'));
  if (pool !== current) end();
  else pool.idle = setTimeout(end, IDLE_MS).unref();
}

/** The size of the pool, where it is there and no job runs on it. */
export const idleWorkers = (): number => (current && current.jobs === 0 ? current.size : 0);

/** Starts the workers, if there are none, and has them load `url` while this thread does something else. */
export function warmPool(size: number, url: string): void {
  if (current && current.size >= size) return;
  void withPool(size, async (pool) => {
    const { piscina, ended } = pool;
    const loads = Array.from({ length: size }, () => piscina.run(url, { name: 'warm' }));
    for (const load of loads) {
      load.catch((error: unknown) => {
        pool.trouble = error;
      });
    }
    const isOver = new Promise((resolve) => ended.addEventListener('abort', resolve, { once: true }));
    // A worker that cannot start says so again, and is heard, when it gets work.
    await Promise.race([Promise.allSettled(loads), isOver]);
  });
}

/**
 * Ends all workers now; a call that is still running rejects with `ERR_ABORTED`. The next call starts new ones. There is no need for
 * it at the end of a program: idle workers do not keep the process alive. `await using` calls it at the end of a block.
 *
 * @example
 * await shutdown();
 * // or, for the rest of a block: await using workers = shutdown;
 */
export const shutdown: Shutdown = Object.assign(endAll, { [Symbol.asyncDispose]: endAll });

/** See {@link shutdown}. */
export interface Shutdown extends AsyncDisposable {
  (): Promise<void>;
}

async function endAll(): Promise<void> {
  await Promise.all([...pools].map((pool) => pool.end(SHUT_DOWN)));
}

/** The reason of {@link PoolLease.ended} after {@link shutdown}. */
const SHUT_DOWN = Symbol('shutdown');

/** What jobs on a pool that has ended fail with. */
export function endOfPool(reason: unknown): unknown {
  return reason === SHUT_DOWN
    ? new ApplyError('ERR_ABORTED', 'the call was ended by shutdown()')
    : new ApplyError('ERR_WORKER_EXITED', `the workers cannot start: ${String(reason)}`, { cause: reason });
}
