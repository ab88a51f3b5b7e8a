import { setMaxListeners } from 'node:events';
import { ApplyError } from '../../errors.js';
import { reviveError } from '../../values/index.js';
import type { KernelName } from '../kernel.js';
import { isDenied, poolEndError, SHUT_DOWN, warnOfStray } from '../pool.js';
import { untilLogged } from '../received-logs.js';
import { Child } from './child.js';

/** How long idle children are kept after the last job. */
const IDLE_MS = 60_000;

/** Somebody who waits for a child. */
interface Waiter {
  take(child: Child): void;
  fail(reason: unknown): void;
}

/** The children of this process, which all jobs share. */
export class ChildPool {
  readonly #kernel: KernelName;
  readonly #children = new Set<Child>();
  readonly #idle: Child[] = [];
  readonly #waiters: Waiter[] = [];
  #starting = 0;
  #size: number;
  #jobs = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  readonly #ended = new AbortController();

  constructor(size: number, kernel: KernelName) {
    this.#size = size;
    this.#kernel = kernel;
    // Each job adds a listener; without this, Node would warn of a leak.
    setMaxListeners(0, this.#ended.signal);
  }

  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** True if no child has started yet. */
  get isStarting(): boolean {
    return this.#children.size === this.#starting;
  }

  /** True if another job waits for children. */
  get isWanted(): boolean {
    return this.#waiters.length > 0 && this.#jobs > 1;
  }

  /** Lets the pool have at least so many children. */
  grow(size: number): void {
    this.#size = Math.max(this.#size, size);
  }

  /** Starts children ahead, so that there are `count`. Throws where none can be started. */
  start(count: number): void {
    while (this.#children.size < Math.min(count, this.#size)) this.#startChild();
    if (this.#jobs === 0) this.#endWhenIdle();
  }

  /** Runs a job, for whose time children keep this process alive. */
  async during<T>(job: () => Promise<T>): Promise<T> {
    clearTimeout(this.#idleTimer);
    if (this.#jobs++ === 0) for (const child of this.#children) child.hold(true);
    try {
      const result = await job();
      await untilLogged([...this.#children]);
      return result;
    } finally {
      if (--this.#jobs === 0) {
        for (const child of this.#children) child.hold(false);
        this.#endWhenIdle();
      }
    }
  }

  /** Resolves to a child that works for nobody else until it is given back. */
  acquire(): Promise<Child> {
    if (this.#ended.signal.aborted) return Promise.reject(this.#ended.signal.reason);
    const idle = this.#idle.pop();
    if (idle) return Promise.resolve(idle);
    return new Promise<Child>((take, fail) => {
      this.#waiters.push({ take, fail });
      this.#startForWaiters();
    });
  }

  /** Starts children for those who wait, as far as there is room. */
  #startForWaiters(): void {
    try {
      while (this.#starting < this.#waiters.length && this.#children.size < this.#size) this.#startChild();
    } catch (error) {
      this.#waiters.pop()?.fail(error);
    }
  }

  release(child: Child): void {
    child.onMessage = (message) => {
      if (message.type === 'stray-error') warnOfStray(reviveError(message.error));
    };
    if (child.end || this.#ended.signal.aborted) return;
    if (child.isSpoiled) {
      // Its exit handlers might close files of others; libuv aborts then.
      child.kill();
      return;
    }
    const next = this.#waiters.shift();
    if (next) next.take(child);
    else this.#idle.push(child);
  }

  /** Ends all children; jobs that still run reject with the reason. */
  async end(reason: unknown): Promise<void> {
    if (this.#ended.signal.aborted) return;
    clearTimeout(this.#idleTimer);
    this.#ended.abort(reason);
    for (const waiter of this.#waiters.splice(0)) waiter.fail(reason);
    const ends = [...this.#children].map(
      (child) => new Promise<void>((resolve) => child.once('exit', resolve)),
    );
    for (const child of this.#children) {
      // The caller waits for its end.
      child.hold(true);
      child.kill();
    }
    await Promise.all(ends);
  }

  #startChild(): void {
    const child = startable(() => new Child(this.#size, this.#kernel));
    this.#children.add(child);
    this.#starting++;
    child.hold(this.#jobs > 0);
    let isReady = false;
    child.onMessage = (message) => {
      if (message.type !== 'ready') return;
      isReady = true;
      this.#starting--;
      this.release(child);
    };
    child.once('exit', () => {
      this.#children.delete(child);
      const at = this.#idle.indexOf(child);
      if (at >= 0) this.#idle.splice(at, 1);
      if (isReady) {
        // Its place is free.
        if (!this.#ended.signal.aborted) this.#startForWaiters();
        return;
      }
      this.#starting--;
      const { lastLines, end } = child;
      const why = new Error(lastLines || String(end), { cause: end });
      this.#waiters.shift()?.fail(why);
    });
  }

  /** Lets idle children end after {@link IDLE_MS}. */
  #endWhenIdle(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      for (const child of this.#children) child.leave();
    }, IDLE_MS).unref();
  }
}

let current: ChildPool | undefined;

/** Returns the pool of this process, with room for `size` children. */
export function childPool(size: number, kernel: KernelName): ChildPool {
  if (!current || current.ended.aborted) current = new ChildPool(size, kernel);
  current.grow(size);
  return current;
}

/** Ends all children, now. */
export async function endChildren(): Promise<void> {
  await current?.end(SHUT_DOWN);
}

/**
 * Runs what starts children. Throws an ApplyError where none can be started, such as under Node's permission
 * model.
 */
function startable<T>(start: () => T): T {
  try {
    return start();
  } catch (error) {
    if (!isDenied(error)) throw poolEndError(error);
    throw new ApplyError('ERR_WORKER_EXITED', DENIED, { cause: error });
  }
}

const DENIED =
  "the workers cannot start: Node's permission model allows no child processes, or no files for them; start " +
  "node with --allow-child-process, or use backend: 'threads'";
