import { untilAborted } from '../util/index.js';
import type { Rpc } from './rpc.js';
import { settlesWithin } from './settles-within.js';

/** Silent periods after which a stream is opened anew, though the server is there: proxies lose streams. */
const MAX_SILENT_PERIODS = 4;

/** The error for a stream that gives nothing while its server answers other requests. */
export class StaleStream extends Error {}

/**
 * Yields what a stream gives. When it gives nothing for `answerTimeout`, the server is asked whether it is
 * still there: a long task is silent, too.
 */
export async function* watched<T>(
  rpc: Rpc,
  stream: AsyncIterable<T>,
  signal?: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const iterator = stream[Symbol.asyncIterator]();
  for (;;) {
    const next = iterator.next();
    // Prevents an unhandled rejection while the server is asked; awaited below.
    next.catch(() => undefined);
    for (let periods = 1; !(await settlesWithin(next, rpc.answerTimeout, signal)); periods++) {
      await rpc.requireAlive(signal);
      if (periods === MAX_SILENT_PERIODS) throw new StaleStream();
    }
    const { done, value } = await (signal ? untilAborted(next, signal) : next);
    if (done) return;
    yield value;
  }
}
