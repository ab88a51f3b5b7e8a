import { ApplyError } from '../errors.js';
import type { Failure } from './job.js';

/** The end of a worker's thread before its task was complete. */
export interface WorkerDeath {
  readonly error: unknown;
  /** True if the index that the worker ran is to blame. */
  readonly isIndexToBlame: boolean;
  /** True if the thread announced its end: after an uncaught error, or because a function ended it. */
  readonly wasAnnounced: boolean;
}

/** Returns the error of a job whose workers end while they run the user's initializer. */
export function initializerDeath(worker: number, { error }: WorkerDeath): ApplyError {
  const reason = error === undefined ? 'it, or something it uses, called process.exit()' : String(error);
  return new ApplyError(
    'ERR_INITIALIZER_FAILED',
    `the initializer ended worker ${worker}, and those in its place: ${reason}`,
    { cause: error },
  );
}

/** Returns the failure kind to record for the blamed index. */
export function failureKindOf({ error, wasAnnounced }: WorkerDeath): Failure['kind'] {
  const isOutOfMemory = (error as { code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isOutOfMemory ? 'out-of-memory' : wasAnnounced && error !== undefined ? 'error' : 'exited';
}
