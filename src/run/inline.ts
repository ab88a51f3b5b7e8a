import { createControl, progressOf, stop } from './control.js';
import type { Job, JobEvents, Kernel } from './kernel.js';
import { work } from './work.js';

/** Runs a job in this thread, letting timers and I/O in between claims. */
export async function runInline(
  kernel: Kernel,
  job: Omit<Job, 'kernel'>,
  events: JobEvents,
  signal: AbortSignal,
): Promise<void> {
  const control = createControl(1);
  const over = new AbortController();
  const end = () => {
    stop(control);
    over.abort();
  };
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    await work({
      ...job,
      kernel,
      control,
      worker: 0,
      workers: 1,
      signal: over.signal,
      emitResults: (results) => events.onResults(results),
      emitFailure: (index, error) => {
        if (!events.onFailure({ index, kind: 'error', error })) end();
      },
      pause: async () => {
        events.onProgress?.(progressOf(control));
        await new Promise(setImmediate);
      },
    });
    events.onProgress?.(progressOf(control));
  } finally {
    signal.removeEventListener('abort', end);
  }
}
