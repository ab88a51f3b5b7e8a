import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { markWorker } from '../util/index.js';
import { describeError } from '../values/index.js';
import { type LoopEnd, work } from './claim-loop.js';
import { loadKernel } from './kernel.js';
import type { StopMessage, TaskMessage, WorkerMessage } from './protocol.js';
import { trackJob, watchUncaughtErrors } from './uncaught-errors.js';

/* The entry point of a worker thread: the names here are the tasks the pool runs. */

markWorker();
watchUncaughtErrors();

/** Loads what a kernel needs before there is work, while the main thread is still busy splitting. */
export async function warm(url: string): Promise<void> {
  await import(url);
}

/** How long a worker stays with one job while another waits, at least; and so long that loading its kernel again hardly counts. */
const SLICE_MS = 100;
const SLICE_LOADS = 10;

export default async function run(task: TaskMessage): Promise<void> {
  const { port, kernel: source, queue, ...part } = task;
  const post = (message: WorkerMessage) => port.postMessage(message);
  const over = new AbortController();
  // Every group may listen; many groups are no leak.
  setMaxListeners(0, over.signal);
  port.on('message', (message: StopMessage) => {
    if (message.type === 'stop') over.abort();
  });
  const { attend, end } = trackJob(post);
  const started = performance.now();
  let why: LoopEnd = 'done';
  try {
    const kernel = await loadKernel(source);
    const loaded = performance.now();
    const sliceEnd = loaded + Math.max(SLICE_MS, (loaded - started) * SLICE_LOADS);
    why = await work(part, {
      kernel,
      signal: over.signal,
      attend,
      emitResults: (results, claimed) => post({ type: 'results', results, claimed }),
      emitUndone: (indices, claimed) => post({ type: 'undone', indices, claimed }),
      emitFailure: (index, error) => post({ type: 'failure', index, error: describeError(error) }),
      shouldYield: () => Atomics.load(queue, 0) !== 0 && performance.now() > sliceEnd,
    });
  } catch (error) {
    post({ type: 'broken', error: describeError(error) });
  } finally {
    end();
    await flushed();
    post({ type: 'end', why });
  }
}

/** As they are before any function has put something else in their place. */
const logs = [process.stdout, process.stderr].map((stream) => ({
  stream,
  write: stream.write.bind(stream) as (text: string, done: () => void) => boolean,
}));

/** How long that may take. */
const FLUSH_MS = 2000;

/** Waits until the main thread has written what functions logged here, so that a program may well exit after its call. */
async function flushed(): Promise<void> {
  for (const { stream, write } of logs) {
    if (stream.writableLength === 0) continue;
    const written = new Promise<void>((resolve) => void write('', resolve));
    await Promise.race([written, delay(FLUSH_MS, undefined, { ref: false })]);
  }
}
