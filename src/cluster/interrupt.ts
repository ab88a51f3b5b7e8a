import { setTimeout as sleep } from 'node:timers/promises';
import type { Rpc } from './rpc.js';

/** Milliseconds. */
const TIMEOUT = 5000;
/** How long a request that has not been answered may still begin a run: while its stream is open, and after. */
const LONGEST = 60_000;
const SHORTEST = 500;

/** What an interruption has to know of a run, at each moment. */
export interface Interruptible {
  /** The server has answered, so that it knows the run. */
  readonly isKnown: boolean;
  /** A stream is open, which may still begin the run. */
  readonly isStreaming: boolean;
  readonly isOver: boolean;
}

/**
 * Interrupts the runs with a tag on the cluster. A run whose request is still on its way is found at a later
 * attempt; one that has answered is known to the server, so that one attempt is enough.
 */
export async function interrupt(
  rpc: Rpc,
  tag: string,
  run: Interruptible = { isKnown: true, isStreaming: false, isOver: false },
): Promise<void> {
  const begun = performance.now();
  for (let wait = 50; !run.isOver; wait = Math.min(wait * 2, 1000)) {
    const { isKnown } = run;
    try {
      const { interruptedIds } = await rpc.once(
        (client, options) =>
          client.interrupt(
            { ...rpc.fields, interruptType: 2, interrupt: { case: 'operationTag', value: tag } },
            options,
          ),
        { timeoutMs: TIMEOUT },
      );
      if (interruptedIds.length > 0 || isKnown) return;
    } catch {
      // A server that cannot be reached cannot be told; it ends a run that nobody asks for.
      return;
    }
    const elapsed = performance.now() - begun;
    if (elapsed > (run.isStreaming ? LONGEST : SHORTEST)) return;
    await sleep(wait);
  }
}
