import { setMaxListeners } from 'node:events';
import { clock } from './clock.js';
import { failureOf } from './inline.js';
import type { Failure, Job, JobEvents } from './job.js';
import type { Kernel } from './kernel.js';
import { countDelivery, ResultBacklog } from './result-backlog.js';
import { Retries } from './retries.js';
import { runWithTimeout } from './timeout-in-this-thread.js';
import { recordEnd, recordStart } from './timings.js';

/** How long indices run before other work of this thread gets a turn. */
const TURN_MS = 10;

/** The outcome of an index: results or a failure. */
type Outcome =
  | { readonly results: unknown; readonly failure?: undefined }
  | { readonly results?: undefined; readonly failure: Failure };

/**
 * Runs a job in this thread with up to `lanes` indices at once, for functions that mostly wait. Each lane
 * has a kernel of its own, so that `take` returns the result of one index alone.
 */
export async function runEventLoop(
  makeKernel: () => Kernel,
  job: Omit<Job, 'kernel' | 'untilFailure'>,
  lanes: number,
  events: JobEvents,
  signal: AbortSignal,
): Promise<void> {
  const { indices, weights, timeout, timings } = job;
  const count = indices?.length ?? job.count;
  const over = new AbortController();
  // Each group may add a listener; without this, Node would warn of a leak.
  setMaxListeners(0, over.signal);
  const end = () => over.abort();
  const backlog = job.maxBacklog === undefined ? undefined : new ResultBacklog(job.maxBacklog);
  const retries = Retries.of(job);
  const done = { count: 0, weight: 0 };
  let next = 0;
  let turnedAt = performance.now();
  let turn: Promise<void> | undefined;

  /** Lets other work of this thread run. All lanes wait for one turn together. */
  const yieldToEventLoop = () => {
    turn ??= new Promise(setImmediate).then(() => {
      turn = undefined;
      turnedAt = performance.now();
    });
    return turn;
  };

  const attempt = async (index: number, kernel: Kernel): Promise<Outcome> => {
    try {
      await runWithTimeout((own = over.signal) => kernel.run(index, own), over.signal, timeout);
      return { results: kernel.take() };
    } catch (error) {
      kernel.take();
      const failure = failureOf(index, error);
      return { failure: retries ? retries.numbered(failure) : failure };
    }
  };

  /**
   * Runs an index until it succeeds or has no attempt left. Keeps its lane: its result may be next in order.
   */
  const outcomeOf = async (index: number, kernel: Kernel, lane: number): Promise<Outcome> => {
    for (;;) {
      if (timings) recordStart(timings, index, lane, clock());
      const outcome = await attempt(index, kernel);
      if (over.signal.aborted) return outcome;
      if (timings) recordEnd(timings, index, clock());
      if (outcome.failure === undefined || !retries?.take(outcome.failure)) return outcome;
      events.onRetry?.(outcome.failure);
      await retries.pause(over.signal);
      if (over.signal.aborted) return outcome;
      events.onRerun?.([index]);
    }
  };

  const runLane = async (lane: number) => {
    const kernel = makeKernel();
    for (;;) {
      while (performance.now() - turnedAt > TURN_MS) await yieldToEventLoop();
      if (next >= count || over.signal.aborted) return;
      const index = indices ? indices[next++] : next++;
      const { results, failure } = await outcomeOf(index, kernel, lane);
      if (over.signal.aborted) return;
      done.count++;
      done.weight += weights[index];
      if (failure === undefined) {
        const isFull = backlog !== undefined && countDelivery(backlog.counter);
        events.onResults({ results, indices: [index], taken: backlog?.receive() ?? (() => {}) });
        if (isFull && next < count) await backlog.untilLow(over.signal);
      } else if (!events.onFailure(failure)) end();
      events.onProgress?.({ ...done });
    }
  };

  signal.addEventListener('abort', end, { once: true });
  try {
    if (signal.aborted) return;
    await Promise.all(Array.from({ length: Math.min(lanes, count) }, (_, lane) => runLane(lane)));
  } finally {
    // Ends the other lanes if a listener throws in one.
    end();
    signal.removeEventListener('abort', end);
  }
}
