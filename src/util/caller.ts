import { isApplyError, isStackLine } from '../errors.js';

/**
 * The place in the user's program that called one of this package's functions. V8 makes the text of the stack
 * when an error needs it.
 */
export interface Caller {
  stack?: string;
}

/** Frames of Node and of tslab, which runs a notebook's cells. */
const isNodeFrame = (line: string): boolean => /[ (]node:|[\\/]node_modules[\\/]tslab[\\/]/.test(line);

/** Returns the frames of the user's program at a call. */
export const framesOf = (caller: Caller): string[] =>
  caller.stack?.split('\n').filter((line) => isStackLine(line) && !isNodeFrame(line)) ?? [];

/** Gives an error that a call threw itself the caller's frames in place of this package's. */
export function useCaller(error: Error, caller: Caller): void {
  const frames = framesOf(caller);
  if (frames.length > 0) error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n');
}

/**
 * Runs the body of `door`, an asynchronous function that users call. Errors of this package and of the system
 * get the frames of that call: their own are those of callbacks.
 */
export function fromCaller<T>(door: (...args: never[]) => unknown, body: () => Promise<T>): Promise<T> {
  const caller: Caller = {};
  Error.captureStackTrace(caller, door);
  return body().catch((error) => rethrow(error, caller));
}

/** Does for generators what {@link fromCaller} does for promises; `caller` is where they were made. */
export async function* yieldFromCaller<T>(
  caller: Caller,
  results: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  try {
    yield* results;
  } catch (error) {
    rethrow(error, caller);
  }
}

function rethrow(error: unknown, caller: Caller): never {
  if (isApplyError(error) || isSystemError(error)) useCaller(error, caller);
  throw error;
}

const isSystemError = (error: unknown): error is Error => error instanceof Error && 'syscall' in error;
