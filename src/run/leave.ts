/* Functions that run in this thread cannot be ended. They can be left: nobody waits for them any more, and what they still return is
   not wanted. */

/** What a function that ran out of its time fails with. */
export class TimedOut extends Error {}

/**
 * Runs a function and waits for it no longer than `timeout` milliseconds, or until the job is over, when it resolves. The signal that
 * the function gets is aborted when it is left. One that never gives way is over when it is over, however long that took.
 */
export function attendHere(
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
      reject(new TimedOut());
      leave();
    };
    const timer = timeout === undefined ? undefined : setTimeout(expire, timeout);
    if (over.aborted) return leave();
    over.addEventListener('abort', leave, { once: true });
    running.then(resolve, reject).finally(cleanUp);
  });
}
