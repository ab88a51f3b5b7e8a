import { InitializerFailure } from '../failures/index.js';
import type { receiveWithCompanion } from '../ship/worker.js';

/** What a worker has received for a call: its function, initializer and class of frames. */
export type Received = Awaited<ReturnType<typeof receiveWithCompanion>>;

/** A call with an initializer, as workers know it. Can be posted. */
export interface InitializedCall {
  readonly id: number;
  /** 1 while the call runs, then 0. Lies in shared memory. */
  readonly life: Int32Array;
}

let calls = 0;

/** Returns a call with an initializer; `end` must be called when it is over. */
export function beginInitializedCall(): InitializedCall & { end(): void } {
  const life = new Int32Array(new SharedArrayBuffer(4)).fill(1);
  return {
    id: calls++,
    life,
    end() {
      Atomics.store(life, 0, 0);
    },
  };
}

/**
 * The calls whose initializer this thread has run. A worker works on a call in several tasks; the function
 * must be that of the first one, which shares objects with the initializer.
 */
const initialized = new Map<number, { readonly received: Received; readonly life: Int32Array }>();

/**
 * Receives the function of a call, and runs its initializer first, unless this thread did both before.
 *
 * @throws InitializerFailure
 */
export async function receiveInitialized(
  { id, life }: InitializedCall,
  worker: number,
  receive: () => Promise<Received>,
): Promise<Received> {
  for (const [known, call] of initialized) {
    if (Atomics.load(call.life, 0) === 0) initialized.delete(known);
  }
  const found = initialized.get(id);
  if (found) return found.received;
  const received = await receive();
  await runInitializer(received.initializer as () => unknown, worker);
  initialized.set(id, { received, life });
  return received;
}

/** Runs an initializer; what it throws becomes an {@link InitializerFailure}. */
export async function runInitializer(initializer: () => unknown, worker?: number): Promise<void> {
  try {
    await initializer();
  } catch (error) {
    throw new InitializerFailure(worker, error);
  }
}
