import { throwIfAborted } from './throw-if-aborted.js';

/**
 * Waits for a promise until the signal aborts, and throws `ERR_ABORTED` then. The promise may never settle.
 */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<void>((resolve) => {
    onAbort = resolve;
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    const settled = await Promise.race([promise, aborted]);
    throwIfAborted(signal);
    return settled as T;
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}
