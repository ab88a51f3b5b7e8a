import { ApplyError } from '../errors.js';
import type { Failure } from './job.js';

/** The end of a worker before its task was complete. */
export interface WorkerDeath {
  readonly error: unknown;
  /** True if the index that the worker ran is to blame. */
  readonly isIndexToBlame: boolean;
  /** True if the worker announced its end: after an uncaught error, or because a function ended it. */
  readonly wasAnnounced: boolean;
}

/** The end of a child process, as the error of what it ran. */
export class ProcessEnd extends Error {
  constructor(
    message: string,
    /** The argument of `process.exit`; null if a signal ended the process. */
    readonly exitCode: number | null,
    /** The signal that ended it, such as 'SIGSEGV'; null if it exited. */
    readonly signal: NodeJS.Signals | null,
  ) {
    super(message);
  }

  static {
    ProcessEnd.prototype.name = 'ProcessEnd';
  }
}

/**
 * Returns the end of a process, by its exit code or the signal that ended it.
 *
 * @param isKilled true if the program itself has killed it
 */
export function processEndOf(
  code: number | null,
  signal: NodeJS.Signals | null,
  isKilled = false,
): ProcessEnd {
  const name = signal ?? signalOfCode(code);
  if (name === null) {
    const how = 'the function, or something it uses, called process.exit()';
    return new ProcessEnd(`the worker exited with code ${code}; ${how}`, code, null);
  }
  const hint =
    name === 'SIGKILL' && !isKilled ? '; somebody has killed it, or the system, for want of memory' : '';
  return new ProcessEnd(`the worker ended with ${name}${hint}`, null, name);
}

/** A shell, or node itself after a fatal error, exits with 128 and the number of the signal. */
export function signalOfCode(code: number | null): NodeJS.Signals | null {
  return code === 134 ? 'SIGABRT' : code === 139 ? 'SIGSEGV' : null;
}

/** Returns the error of a job whose workers end while they run the user's initializer. */
export function initializerDeath(worker: number, { error }: WorkerDeath): ApplyError {
  const reason =
    error === undefined
      ? 'it, or something it uses, called process.exit()'
      : error instanceof ProcessEnd
        ? error.message
        : String(error);
  return new ApplyError(
    'ERR_INITIALIZER_FAILED',
    `the initializer ended worker ${worker}, and those in its place: ${reason}`,
    { cause: error },
  );
}

/** Returns the failure kind to record for the blamed index. */
export function failureKindOf({ error, wasAnnounced }: WorkerDeath): Failure['kind'] {
  const isOutOfMemory = (error as { code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
  if (isOutOfMemory) return 'out-of-memory';
  return wasAnnounced && error !== undefined && !(error instanceof ProcessEnd) ? 'error' : 'exited';
}
