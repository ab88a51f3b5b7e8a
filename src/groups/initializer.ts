import { runInitializer } from '../failures/index.js';
import type { receiveWithCompanion } from '../ship/worker.js';

/** The function of a call in a worker, with its initializer and class of frames. */
export type Received = Awaited<ReturnType<typeof receiveWithCompanion>>;

/** A call with an initializer, as workers know it. Can be posted. */
export interface InitializedCall {
  readonly id: number;
  /** 1 while the call runs, then 0. Lies in shared memory. */
  readonly life: Int32Array;
}

let calls = 0;

/** The initializer of a call, in the thread that starts the call. */
export class CallInitializer {
  readonly #fn: () => unknown;
  readonly #life = new Int32Array(new SharedArrayBuffer(4)).fill(1);
  readonly task: InitializedCall = { id: calls++, life: this.#life };
  #parts = 0;
  #ranHere: Promise<void> | undefined;

  constructor(fn: () => unknown) {
    this.#fn = fn;
  }

  /** Runs a part of the call. Workers forget the call when no part runs any more. */
  async during<T>(part: () => Promise<T>): Promise<T> {
    this.#parts++;
    try {
      return await part();
    } finally {
      this.#parts--;
      if (this.#parts === 0) Atomics.store(this.#life, 0, 0);
    }
  }

  /** Runs the initializer in this thread, unless it has run. */
  runHere(): Promise<void> {
    this.#ranHere ??= runInitializer(this.#fn);
    return this.#ranHere;
  }
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
