import { isInsideWorker } from '../util/index.js';

/** Node has it since 16; the types are for later ones. */
const { waitAsync } = Atomics as unknown as {
  waitAsync(words: Int32Array, at: number, value: number): { readonly value: Promise<string> | string };
};

const KEEP_ALIVE_MS = 1000;

/** Resolves when another thread has changed the word from `value` and called {@link wake}, or somewhat later. Blocks nothing. */
export async function untilChanged(words: Int32Array, at: number, value: number): Promise<void> {
  // A thread does not stay alive for a wait alone.
  const timer = setInterval(() => {}, KEEP_ALIVE_MS);
  try {
    await waitAsync(words, at, value).value;
  } finally {
    clearInterval(timer);
  }
}

export const wake = (words: Int32Array, at: number): void => void Atomics.notify(words, at);

/** Whether this thread may stand still. */
export const mayBlock = isInsideWorker;
