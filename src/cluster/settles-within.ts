/** Tells whether a promise settles in time, or the signal aborts. */
export function settlesWithin(promise: Promise<unknown>, ms: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (isInTime: boolean) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onEnd);
      resolve(isInTime);
    };
    const onEnd = () => finish(true);
    const timer = setTimeout(finish, ms, false);
    signal?.addEventListener('abort', onEnd, { once: true });
    if (signal?.aborted) onEnd();
    promise.then(onEnd, onEnd);
  });
}
