import { setTimeout as sleep } from 'node:timers/promises';
import type { Rpc } from './rpc.js';

const TIMEOUT = 5000;

/**
 * Interrupts the runs with a tag on the cluster. A run whose request is still on its way is found at a later
 * attempt; one that has answered is known to the server, so that one attempt is enough.
 */
export async function interrupt(
  rpc: Rpc,
  tag: string,
  run: { readonly isKnown: boolean; readonly isOver: boolean } = { isKnown: true, isOver: false },
): Promise<void> {
  for (let wait = 50; !run.isOver && wait <= 800; wait *= 2) {
    try {
      const { interruptedIds } = await rpc.client.interrupt(
        { ...rpc.fields, interruptType: 2, interrupt: { case: 'operationTag', value: tag } },
        { timeoutMs: TIMEOUT },
      );
      if (interruptedIds.length > 0 || run.isKnown) return;
    } catch {
      // A server that cannot be reached cannot be told; it ends a run that nobody asks for.
      return;
    }
    await sleep(wait);
  }
}
