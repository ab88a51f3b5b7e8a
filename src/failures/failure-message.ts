import type { ErrorCode } from '../errors.js';
import type { Failure } from '../run/index.js';
import { headline, readError } from './read-error.js';

/** The contents of the error that a failure becomes. */
export interface Explanation {
  readonly code: ErrorCode;
  readonly message: string;
  /** The thrown value, which may be `undefined`. */
  readonly cause?: { readonly error: unknown };
}

/**
 * Returns code, message and cause for a failure. `subject` names the group or call that failed, such as
 * `group 'a'`.
 */
export function explain(
  { kind, error, attempt = 1 }: Failure,
  of: 'GROUP' | 'CALL',
  subject: string,
  timeout?: number,
): Explanation {
  const name = attempt > 1 ? `${subject} (attempt ${attempt})` : subject;
  switch (kind) {
    case 'out-of-memory':
      return {
        code: 'ERR_WORKER_OUT_OF_MEMORY',
        message:
          `${name}: the worker ran out of heap memory; keep less in arrays and objects, use typed arrays, or ` +
          'start node with a larger --max-old-space-size',
        cause: { error },
      };
    case 'exited':
      return { code: 'ERR_WORKER_EXITED', message: `${name}: ${howItEnded(error)}`, cause: { error } };
    case 'timeout':
      return {
        code: `ERR_${of}_TIMEOUT`,
        message: `${name}: the function ran longer than the timeout of ${timeout} ms and was stopped`,
      };
    case 'late':
      return {
        code: `ERR_${of}_FAILED`,
        message:
          `${name}: something the function left behind when it returned, a timer or a promise, failed: ` +
          headline(error),
        cause: { error },
      };
    case 'error': {
      const { name: errorName, code, message } = readError(error);
      if (errorName === 'ResultError') return { code: code as ErrorCode, message: `${name}: ${message}` };
      return { code: `ERR_${of}_FAILED`, message: `${name} failed: ${headline(error)}`, cause: { error } };
    }
  }
}

function howItEnded(error: unknown): string {
  if (error === undefined)
    return 'the worker exited; the function, or something it uses, called process.exit()';
  const { name, message } = readError(error);
  return name === 'ProcessEnd' ? String(message) : `the worker ended: ${headline(error)}`;
}
