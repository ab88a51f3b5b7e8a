/*
 * A function that runs in this thread cannot be killed. It can be abandoned: nothing waits for it any more,
 * and what it returns later is ignored. For functions in workers, job-pass.ts watches the timeout and kills.
 */

/**
 * Errors made by timeouts, recognised by identity: reading a property of a thrown object could run user code.
 */
const timeouts = new WeakSet<object>();
export const isTimeout = (error: unknown): boolean => timeouts.has(error as object);

/** The longest delay of Node's timers, almost 25 days. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Runs a function and waits for it at most `timeout` milliseconds, then rejects. Resolves early when
 * `over`, the signal of the job's end, aborts. A function that blocks the thread is not interrupted.
 * @param run gets a signal that aborts when the function is abandoned
 */
export function runWithTimeout(
  run: (signal?: AbortSignal) => void | Promise<void>,
  over: AbortSignal,
  timeout: number | undefined,
): void | Promise<void> {
  const abandoned = new AbortController();
  const running = run(timeout === undefined ? over : abandoned.signal);
  if (running === undefined) return;
  return new Promise((resolve, reject) => {
    const cleanUp = () => {
      clearTimeout(timer);
      over.removeEventListener('abort', abandon);
    };
    const abandon = () => {
      cleanUp();
      abandoned.abort();
      // On timeout the promise is already rejected; this resolve is a no-op.
      resolve();
    };
    const onTimeout = () => {
      const error = new Error('timeout');
      timeouts.add(error);
      reject(error);
      abandon();
    };
    const timer = timeout === undefined ? undefined : setTimeout(onTimeout, Math.min(timeout, MAX_DELAY_MS));
    // Attaches handlers before the check below: an abandoned `running` may still reject.
    running.then(resolve, reject).finally(cleanUp);
    if (over.aborted) return abandon();
    over.addEventListener('abort', abandon, { once: true });
  });
}
