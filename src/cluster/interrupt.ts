import { setTimeout as sleep } from 'node:timers/promises';
import type { Rpc } from './rpc.js';

/** Spark's number for interruptions by tag. */
const BY_TAG = 2;
/** Milliseconds that one request may take. */
const TIMEOUT = 5000;
/** Milliseconds in which an unanswered request may still begin a run: while its stream is open, and after. */
const LONGEST = 60_000;
const SHORTEST = 500;

/** The state of a run that an interruption looks at. */
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
            { ...rpc.fields, interruptType: BY_TAG, interrupt: { case: 'operationTag', value: tag } },
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
