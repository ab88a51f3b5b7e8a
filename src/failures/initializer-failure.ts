import { ApplyError } from '../errors.js';
import { headline, readError } from './read-error.js';
import { userFrames } from './stack.js';

/**
 * Thrown in place of what an initializer threw, which is the cause. Its name survives the way back from a
 * worker, and tells it from other errors.
 */
class InitializerFailure extends Error {
  /** @param worker the number of the worker; undefined for this thread */
  constructor(worker: number | undefined, cause: unknown) {
    const where = worker === undefined ? '' : ` in worker ${worker}`;
    super(`the initializer failed${where}: ${headline(cause)}`, { cause });
  }

  static {
    InitializerFailure.prototype.name = 'InitializerFailure';
  }
}

/**
 * Runs an initializer; what it throws becomes an {@link InitializerFailure}.
 *
 * @param worker the number of the worker; undefined for this thread
 */
export async function runInitializer(initializer: () => unknown, worker?: number): Promise<void> {
  try {
    await initializer();
  } catch (error) {
    throw new InitializerFailure(worker, error);
  }
}

/** Returns the error that users get for a failed initializer, with the user's own stack; others unchanged. */
export function initializerErrorOf(error: unknown): unknown {
  const { name, message } = readError(error);
  if (name !== InitializerFailure.prototype.name || message === undefined) return error;
  const { cause } = error as Error;
  const made = new ApplyError('ERR_INITIALIZER_FAILED', message, { cause });
  const frames = userFrames(cause);
  made.stack = `${made.name}: ${message}${frames ? `\n${frames}` : ''}`;
  return made;
}
