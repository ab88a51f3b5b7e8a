import { isInsideWorker } from '../util/index.js';

/** `Atomics.waitAsync`: every supported Node has it, TypeScript's es2023 library does not declare it. */
const { waitAsync } = Atomics as unknown as {
  waitAsync(words: Int32Array, at: number, value: number): { readonly value: Promise<string> | string };
};

const KEEP_ALIVE_MS = 1000;

/**
 * Resolves when another thread has changed the word from `value` and called {@link wake}; at once when the
 * word already differs. Does not block the thread.
 */
export async function untilChanged(words: Int32Array, at: number, value: number): Promise<void> {
  // The timer keeps the thread alive: a pending waitAsync does not.
  const timer = setInterval(() => {}, KEEP_ALIVE_MS);
  try {
    await waitAsync(words, at, value).value;
  } finally {
    clearInterval(timer);
  }
}

/** Wakes all threads that wait for a change of a word. */
export function wake(words: Int32Array, at: number): void {
  Atomics.notify(words, at);
}

/** Tells whether this thread may block: workers may, the main thread must not. */
export const mayBlock = isInsideWorker;
