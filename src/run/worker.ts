import { describeError } from './error-envelope.js';
import { loadKernel } from './kernel.js';
import { markWorker } from './nesting.js';
import type { StopMessage, WorkerMessage, WorkTask } from './protocol.js';
import { work } from './work.js';

/* The entry point of a worker thread: the names here are the tasks the pool runs. */

markWorker();

/** Loads what a kernel needs before there is work, while the main thread is still busy splitting. */
export async function warm(url: string): Promise<void> {
  await import(url);
}

export default async function run(task: WorkTask): Promise<void> {
  const { port, ...part } = task;
  const post = (message: WorkerMessage) => port.postMessage(message);
  const over = new AbortController();
  port.on('message', (message: StopMessage) => {
    if (message.type === 'stop') over.abort();
  });
  const kernel = await loadKernel(task.kernel).catch((error: unknown) => {
    post({ type: 'broken', error: describeError(error) });
  });
  if (kernel) {
    await work({
      ...part,
      kernel,
      signal: over.signal,
      emitResults: (results) => post({ type: 'results', results }),
      emitFailure: (index, error) => post({ type: 'failure', index, error: describeError(error) }),
    });
  }
  post({ type: 'end' });
}
