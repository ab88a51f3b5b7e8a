import { AsyncLocalStorage } from 'node:async_hooks';
import { describeError } from '../values/index.js';
import type { StrayErrorMessage, WorkerMessage } from './protocol.js';

/* Finds out which index an uncaught error in a worker belongs to. A timer or promise that a function leaves
   behind may throw while another index or another job runs, so every index runs in an async context of its
   own. */

/** The async context of an index, which everything that it starts inherits. */
interface IndexContext {
  readonly job: TrackedJob;
  readonly index: number;
  isRunning: boolean;
}

/** A job that this thread works on, or has worked on. */
interface TrackedJob {
  readonly post: (message: WorkerMessage) => void;
  isOver: boolean;
  /** The index that started last. */
  current: IndexContext | undefined;
}

const contexts = new AsyncLocalStorage<IndexContext>();
let currentJob: TrackedJob | undefined;
let isDying = false;

/** Starts to attribute uncaught errors of this thread to the indices of a job, until `end` is called. */
export function trackJob(post: (message: WorkerMessage) => void) {
  const job: TrackedJob = { post, isOver: false, current: undefined };
  currentJob = job;
  return {
    runIndex(index: number, run: () => void | Promise<void>): void | Promise<void> {
      const context: IndexContext = { job, index, isRunning: true };
      job.current = context;
      let running: void | Promise<void>;
      try {
        running = contexts.run(context, run);
      } catch (error) {
        context.isRunning = false;
        throw error;
      }
      if (running === undefined) context.isRunning = false;
      else {
        return running.finally(() => {
          context.isRunning = false;
        });
      }
    },
    end(): void {
      job.isOver = true;
      if (currentJob === job) currentJob = undefined;
    },
  };
}

/**
 * Reports uncaught errors and the end of this thread to the main thread. The thread ends with an error of a
 * function that still runs, and survives all others.
 *
 * @param postStray reports an error that belongs to no job
 */
export function watchUncaughtErrors(postStray: (message: StrayErrorMessage) => void): void {
  process.on('uncaughtException', (error) => {
    const context = contexts.getStore();
    // Without a context, the error is blamed on the function that runs now.
    const isOfRunning = context ? context.isRunning : currentJob?.current?.isRunning;
    if (context && !context.isRunning && !context.job.isOver) {
      context.job.post({ type: 'late', index: context.index, error: describeError(error) });
    } else if (isOfRunning) {
      // The function may wait for something that never comes now, so the thread ends with all it started.
      announceDeath({ type: 'dying', error: describeError(error), isIndexToBlame: true });
      process.exit(1);
    } else {
      const stray: StrayErrorMessage = { type: 'stray-error', error: describeError(error) };
      postStray(stray);
    }
  });
  process.on('exit', () => {
    const context = contexts.getStore();
    announceDeath({ type: 'dying', isIndexToBlame: context === undefined || context.isRunning });
  });
}

/** Posts once: the exit after an uncaught error would send a second message, without the error. */
function announceDeath(message: WorkerMessage): void {
  if (isDying) return;
  isDying = true;
  currentJob?.post(message);
}
