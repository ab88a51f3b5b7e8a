/* Functions that run in this thread cannot be ended. They can be left: nobody waits for them any more, and what they still return is
   not wanted. */

/** What functions that ran out of their time fail with. Told by identity: what else they throw may be a trap for whoever looks at it. */
const timeouts = new WeakSet<object>();
export const isTimeout = (error: unknown): boolean => timeouts.has(error as object);

/** Node's timers know no more: almost 25 days. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Runs a function and waits for it no longer than `timeout` milliseconds, or until the job is over, when it resolves. The signal that
 * the function gets is aborted when it is left. One that never gives way is over when it is over, however long that took.
 */
export function runWithTimeout(
  run: (signal?: AbortSignal) => void | Promise<void>,
  over: AbortSignal,
  timeout: number | undefined,
): void | Promise<void> {
  const left = new AbortController();
  const running = run(timeout === undefined ? over : left.signal);
  if (running === undefined) return;
  return new Promise((resolve, reject) => {
    const cleanUp = () => {
      clearTimeout(timer);
      over.removeEventListener('abort', leave);
    };
    const leave = () => {
      cleanUp();
      left.abort();
      // Where it is the time that is over, this comes too late to matter.
      resolve();
    };
    const expire = () => {
      const error = new Error('timeout');
      timeouts.add(error);
      reject(error);
      leave();
    };
    const timer = timeout === undefined ? undefined : setTimeout(expire, Math.min(timeout, LONGEST_MS));
    // First of all: nobody else hears of it when a function fails that is left at once.
    running.then(resolve, reject).finally(cleanUp);
    if (over.aborted) return leave();
    over.addEventListener('abort', leave, { once: true });
  });
}
