import { endThreads } from './pool.js';
import { endChildren } from './processes/index.js';

/**
 * Ends all workers now; a call that still runs rejects with `ERR_ABORTED`, and the next call starts new
 * workers. A program need not call it before it ends: idle workers do not keep the process alive.
 *
 * @example
 * await shutdown();
 * // or, for the rest of a block: await using workers = shutdown;
 */
export const shutdown: Shutdown = Object.assign(endAll, { [Symbol.asyncDispose]: endAll });

/** The type of {@link shutdown}: a function that `await using` calls at the end of a block. */
export interface Shutdown extends AsyncDisposable {
  (): Promise<void>;
}

async function endAll(): Promise<void> {
  await Promise.all([endThreads(), endChildren()]);
}
