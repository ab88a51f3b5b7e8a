import { describeError } from './error-envelope.js';
import { type Kernel, loadKernel } from './kernel.js';
import { markWorker } from './nesting.js';
import { employ, watchThread } from './owner.js';
import type { StopMessage, WorkerMessage, WorkTask } from './protocol.js';
import { work } from './work.js';

/* The entry point of a worker thread: the names here are the tasks the pool runs. */

markWorker();
watchThread();

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
  const { attend, end } = employ(post);
  try {
    const kernel: Kernel = await loadKernel(task.kernel);
    await work({
      ...part,
      kernel,
      signal: over.signal,
      attend,
      emitResults: (results, from) => post({ type: 'results', results, from }),
      emitUndone: (indices, from) => post({ type: 'undone', indices, from }),
      emitFailure: (index, error) => post({ type: 'failure', index, error: describeError(error) }),
    });
  } catch (error) {
    post({ type: 'broken', error: describeError(error) });
  } finally {
    end();
    await flushed();
    post({ type: 'end' });
  }
}

/** Waits until the main thread has written what functions logged here, so that a program may well exit after its call. */
async function flushed(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.writableLength > 0) await new Promise((resolve) => stream.write('', resolve));
  }
}
