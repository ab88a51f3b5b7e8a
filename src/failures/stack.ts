import { fileURLToPath } from 'node:url';
import { ApplyError, CallError, GroupError, isStackLine } from '../errors.js';
import type { Failure } from '../run/index.js';
import type { TraceMapper } from '../ship/index.js';
import { type Caller, framesOf, packageHome, useCaller } from '../util/index.js';
import { readError } from './read-error.js';

/**
 * Rewrites the stack traces of an error from a worker, and of its causes: positions become those in the
 * user's files, and this package's own frames are removed.
 */
export function mapTraces(error: unknown, traces: TraceMapper, depth = 0): void {
  if (!(error instanceof Error) || depth > MAX_DEPTH) return;
  const { stack } = error;
  if (typeof stack === 'string') {
    Object.defineProperty(error, 'stack', {
      value: traces.map(withoutOwnFrames(stack)),
      writable: true,
      configurable: true,
    });
  }
  mapTraces(error.cause, traces, depth + 1);
  const { errors } = error as Error & { errors?: unknown };
  if (Array.isArray(errors)) for (const each of errors) mapTraces(each, traces, depth + 1);
}

/** The depth to which workers describe causes. */
const MAX_DEPTH = 8;

/** Returns the frames of the function that threw; undefined when its error has none. */
export function userFrames(error: unknown): string | undefined {
  const frames = withoutOwnFrames(readError(error).stack ?? '')
    .split('\n')
    .filter((line) => isStackLine(line));
  return frames.length > 0 ? frames.join('\n') : undefined;
}

/**
 * Returns a stack without this package's frames and its pool's, and without everything below the call of the
 * user's function. A stack with no other frames is returned whole.
 */
function withoutOwnFrames(stack: string): string {
  const lines = stack.split('\n');
  const end = lines.findIndex((line) => isOwnFrame(line) && line.includes(callUserFunction.name));
  const kept = (end < 0 ? lines : lines.slice(0, end)).filter((line) => !isOwnFrame(line));
  return kept.some((line) => isStackLine(line)) ? kept.join('\n') : stack;
}

/** Calls the user's function, in whichever thread. Its own frame, known by its name, ends the user's. */
export function callUserFunction<Args extends readonly unknown[], T>(
  fn: (...args: Args) => T,
  args: Args,
): T {
  return fn(...args);
}

/**
 * The folders of this package and of its pool of workers as they appear in stacks: as a URL, and as a path
 * under loaders such as tsx.
 */
const homes = [
  ...(packageHome ? [packageHome.href, fileURLToPath(packageHome)] : []),
  '/node_modules/piscina/',
  '\\node_modules\\piscina\\',
  // Each call runs in an AsyncLocalStorage; on a cluster no own frame ends the user's before it.
  'AsyncLocalStorage.run (node:async_hooks:',
];
const isOwnFrame = (line: string): boolean => isStackLine(line) && homes.some((each) => line.includes(each));

/**
 * Returns the stack for an error that was made of a failure: its message with the frames of the user's error.
 * Its own frames are those of a message handler, which tell users nothing.
 */
export function stackOf(error: ApplyError, failure: Failure): string {
  const isUserError = failure.kind === 'error' || failure.kind === 'late';
  const frames = isUserError && error.code.endsWith('_FAILED') ? userFrames(failure.error) : undefined;
  return `${error.name}: ${error.message}${frames ? `\n${frames}` : ''}`;
}

/**
 * Has an error of a call tell where the call was: the frames of a function that failed, which ran in another
 * thread, come first.
 */
export function tellCaller(error: unknown, caller: Caller): void {
  if (!(error instanceof ApplyError)) return;
  const isOfFunction =
    (error instanceof GroupError && error.code !== 'ERR_GROUP_TOO_LARGE') ||
    error instanceof CallError ||
    error.code === 'ERR_INITIALIZER_FAILED';
  if (isOfFunction) addCaller(error, caller);
  else useCaller(error, caller);
}

function addCaller(error: Error, caller: Caller): void {
  const own = (error.stack ?? '').split('\n').filter((line) => !isOwnFrame(line));
  error.stack = [...own, ...framesOf(caller)].join('\n');
}
