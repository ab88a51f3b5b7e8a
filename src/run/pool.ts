import { Piscina } from 'piscina';

/** How long the workers are kept after the last job. */
const IDLE_MS = 10_000;

interface Pool {
  readonly piscina: Piscina;
  readonly size: number;
  /** Jobs that run on it now. */
  jobs: number;
  idle?: NodeJS.Timeout;
}

let current: Pool | undefined;

/**
 * Lends the process's one pool, with at least `size` workers, to a job. It is kept between jobs and given back ten seconds after the
 * last; it never keeps the process alive by itself.
 */
export async function withPool<T>(size: number, job: (piscina: Piscina) => Promise<T>): Promise<T> {
  const pool = poolOf(size);
  clearTimeout(pool.idle);
  pool.jobs++;
  try {
    return await job(pool.piscina);
  } finally {
    pool.jobs--;
    if (pool.jobs === 0) retire(pool);
  }
}

function poolOf(size: number): Pool {
  if (current && current.size >= size) return current;
  const outgrown = current;
  current = { piscina: startPiscina(size), size, jobs: 0 };
  if (outgrown?.jobs === 0) void outgrown.piscina.destroy();
  return current;
}

function startPiscina(size: number): Piscina {
  // All workers at once and for good: Piscina replaces one that dies only up to its minimum.
  const piscina = new Piscina({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: size,
    maxThreads: size,
    atomics: 'disabled',
    recordTiming: false,
    workerHistogram: false,
  });
  // Something a finished function left behind threw: Piscina replaces the worker, the user hears of it.
  piscina.on('error', (error: unknown) => process.emitWarning(`an idle worker ended: ${String(error)}`));
  return piscina;
}

function retire(pool: Pool): void {
  const end = () => {
    if (pool === current) current = undefined;
    void pool.piscina.destroy();
  };
  if (pool !== current) end();
  else pool.idle = setTimeout(end, IDLE_MS).unref();
}

/** Starts the workers, if there are none, and has them load `url` while this thread does something else. */
export function warmPool(size: number, url: string): void {
  if (current && current.size >= size) return;
  void withPool(size, async (piscina) => {
    const loads = Array.from({ length: size }, () => piscina.run(url, { name: 'warm' }));
    // A worker that cannot start says so again, and is heard, when it gets work.
    await Promise.allSettled(loads);
  });
}

/**
 * Ends all workers now; a call that is still running fails. The next call starts new ones. There is no need for it at the end of
 * a program: idle workers do not keep the process alive.
 *
 * @example
 * await shutdown();
 */
export async function shutdown(): Promise<void> {
  const ending = current;
  current = undefined;
  clearTimeout(ending?.idle);
  await ending?.piscina.destroy();
}
