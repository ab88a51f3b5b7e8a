import { AsyncLocalStorage } from 'node:async_hooks';
import { parentPort } from 'node:worker_threads';
import { describeError } from '../values/index.js';
import type { StrayMessage, WorkerMessage } from './protocol.js';

/* Errors that no one catches, in a worker: whose are they? A timer or a promise that a function leaves behind throws while another
   group is at work, or another call. Every index runs in an async context of its own, which what it leaves behind keeps. */

interface IndexContext {
  readonly job: TrackedJob;
  readonly index: number;
  isRunning: boolean;
}

/** A worker's part in one job. */
interface TrackedJob {
  readonly post: (message: WorkerMessage) => void;
  isOver: boolean;
  current: IndexContext | undefined;
}

const owners = new AsyncLocalStorage<IndexContext>();
let employment: TrackedJob | undefined;
let isDying = false;

/** A job begins in this thread. */
export function trackJob(post: (message: WorkerMessage) => void) {
  const job: TrackedJob = { post, isOver: false, current: undefined };
  employment = job;
  return {
    /** Runs an index of the job. */
    attend(index: number, run: () => void | Promise<void>): void | Promise<void> {
      const owner: IndexContext = { job, index, isRunning: true };
      job.current = owner;
      let running: void | Promise<void>;
      try {
        running = owners.run(owner, run);
      } catch (error) {
        owner.isRunning = false;
        throw error;
      }
      if (running === undefined) owner.isRunning = false;
      else {
        return running.finally(() => {
          owner.isRunning = false;
        });
      }
    },
    end(): void {
      job.isOver = true;
      if (employment === job) employment = undefined;
    },
  };
}

/** Has this thread tell the main one of uncaught errors and of its end, and survive errors that are no running function's. */
export function watchUncaughtErrors(): void {
  process.on('uncaughtException', (error) => {
    const owner = owners.getStore();
    const running = employment?.current?.isRunning ? employment : undefined;
    if (owner && !owner.isRunning && !owner.job.isOver) {
      owner.job.post({ type: 'late', index: owner.index, error: describeError(error) });
    } else if (owner ? owner.isRunning : running) {
      // Whatever the function waits for may never come now. The thread ends with it, so that nothing of it works on.
      die({ type: 'dying', error: describeError(error), isGuilty: true });
      process.exit(1);
    } else {
      const stray: StrayMessage = { type: 'stray', error: describeError(error) };
      parentPort?.postMessage(stray);
    }
  });
  process.on('exit', () => {
    const owner = owners.getStore();
    die({ type: 'dying', isGuilty: owner === undefined || owner.isRunning });
  });
}

function die(message: WorkerMessage): void {
  if (isDying) return;
  isDying = true;
  employment?.post(message);
}
