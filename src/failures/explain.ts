import { fileURLToPath } from 'node:url';
import type { ApplyError, ErrorCode } from '../errors.js';
import type { Failure } from '../run/index.js';
import type { TraceMapper } from '../ship/index.js';
import { preview } from '../util/index.js';
import { describeError } from '../values/index.js';

/** What an error says that is made of a failure. */
export interface Explanation {
  readonly code: ErrorCode;
  readonly message: string;
  /** What was thrown, which may be `undefined`. */
  readonly cause?: { readonly error: unknown };
}

/** What happened, in words. `name` is what it happened to: `group 'a'`. */
export function explain(
  { kind, error }: Failure,
  of: 'GROUP' | 'CALL',
  name: string,
  timeout?: number,
): Explanation {
  switch (kind) {
    case 'out-of-memory':
      return {
        code: 'ERR_WORKER_OUT_OF_MEMORY',
        message: `${name}: the worker ran out of heap memory; keep less in arrays and objects, use typed arrays, or start node with a larger --max-old-space-size`,
        cause: { error },
      };
    case 'exited':
      return {
        code: 'ERR_WORKER_EXITED',
        message:
          error === undefined
            ? `${name}: the worker exited; the function, or something it uses, called process.exit()`
            : `${name}: the worker ended: ${headline(error)}`,
        cause: { error },
      };
    case 'timeout':
      return {
        code: `ERR_${of}_TIMEOUT`,
        message: `${name}: the function ran longer than the timeout of ${timeout} ms and was stopped`,
      };
    case 'late':
      return {
        code: `ERR_${of}_FAILED`,
        message: `${name}: something the function left behind when it returned, a timer or a promise, failed: ${headline(error)}`,
        cause: { error },
      };
    case 'error': {
      const { name: errorName, code, message } = plain(error);
      if (errorName === 'ResultError') return { code: code as ErrorCode, message: `${name}: ${message}` };
      return { code: `ERR_${of}_FAILED`, message: `${name} failed: ${headline(error)}`, cause: { error } };
    }
  }
}

/**
 * Puts the user's files and lines into the traces of an error that came from a worker, and of what caused it, and takes this package's out.
 */
export function mapTraces(error: unknown, traces: TraceMapper, depth = 0): void {
  if (!(error instanceof Error) || depth > MAX_DEPTH) return;
  const { stack } = error;
  if (typeof stack === 'string') {
    Object.defineProperty(error, 'stack', {
      value: traces.map(withoutOurs(stack)),
      writable: true,
      configurable: true,
    });
  }
  mapTraces(error.cause, traces, depth + 1);
  const { errors } = error as Error & { errors?: unknown };
  if (Array.isArray(errors)) for (const each of errors) mapTraces(each, traces, depth + 1);
}

/** As far as workers describe the causes of causes. */
const MAX_DEPTH = 8;

/** What an error says of itself, read so that nothing odd about it can hurt: the same in this thread as from a worker. */
function plain(error: unknown): { name?: string; message?: string; stack?: string; code?: unknown } {
  const wire = describeError(error);
  return wire.thrown === 'error' ? { ...wire, code: wire.properties.code } : {};
}

function headline(error: unknown): string {
  const { name, message } = plain(error);
  return name === undefined ? `it threw ${preview(error)}` : `${name}: ${message}`;
}

/** The frames of the function that threw. */
function stackFrames(error: unknown): string | undefined {
  const frames = withoutOurs(plain(error).stack ?? '')
    .split('\n')
    .filter((line) => FRAME.test(line));
  return frames.length > 0 ? frames.join('\n') : undefined;
}

/** A stack without what this package does in it, and without what lies below the call of the user's function: it tells users nothing. */
function withoutOurs(stack: string): string {
  const lines = stack.split('\n');
  const end = lines.findIndex((line) => isOurs(line) && KERNEL.test(line));
  const theirs = (end < 0 ? lines : lines.slice(0, end)).filter((line) => !isOurs(line));
  return theirs.some((line) => FRAME.test(line)) ? theirs.join('\n') : stack;
}

const FRAME = /^\s+at /;
/** Where functions are called, in whichever thread. */
const KERNEL = /-kernel\.[jt]s\b/;

const home = new URL('..', import.meta.url);
/** Loaders that change a file as they load it, such as tsx, have its path in stacks and not its URL. */
const homes = [home.href, fileURLToPath(home)];
const isOurs = (line: string): boolean => FRAME.test(line) && homes.some((each) => line.includes(each));

/** The stack of an error that was made of a failure: its own frames are those of a message that came in, which is nothing to users. */
export function stackOf(error: ApplyError, failure: Failure): string {
  const isTheirs = failure.kind === 'error' || failure.kind === 'late';
  const frames = isTheirs && error.code.endsWith('_FAILED') ? stackFrames(failure.error) : undefined;
  return `${error.name}: ${error.message}${frames ? `\n${frames}` : ''}`;
}

/** Puts the frames of the caller under those of the function, which ran in another thread. */
export function addCaller(error: Error, caller: { readonly stack?: string }): void {
  const frames = caller.stack?.split('\n').filter((line) => FRAME.test(line)) ?? [];
  const own = (error.stack ?? '').split('\n').filter((line) => !isOurs(line));
  error.stack = [...own, ...frames].join('\n');
}
