import { type ErrorCode, GroupError, type GroupKey } from './errors.js';
import { preview } from './frame/index.js';
import { describeKey } from './group-source.js';
import { describeError, type Failure } from './run/index.js';

/** The error users get for a failure in a group: which group, what happened, and their own stack on top. */
export function groupErrorOf(failure: Failure, key: GroupKey, timeout?: number): GroupError {
  const groupError = describeFailure(failure, key, timeout);
  // Its own frames are those of a message that came in, which is nothing to users.
  const isTheirs = failure.kind === 'error' || failure.kind === 'late';
  const frames = isTheirs && groupError.code === 'ERR_GROUP_FAILED' ? stackFrames(failure.error) : undefined;
  groupError.stack = `${groupError.name}: ${groupError.message}${frames ? `\n${frames}` : ''}`;
  return groupError;
}

function describeFailure({ index, kind, error }: Failure, key: GroupKey, timeout?: number): GroupError {
  const group = { key, index };
  const name = `group ${describeKey(key)}`;
  switch (kind) {
    case 'out-of-memory':
      return new GroupError(
        'ERR_WORKER_OUT_OF_MEMORY',
        `${name}: the worker ran out of heap memory; keep less in arrays and objects, use typed arrays, or start node with a larger --max-old-space-size`,
        group,
        { cause: error },
      );
    case 'exited':
      return new GroupError(
        'ERR_WORKER_EXITED',
        error === undefined
          ? `${name}: the worker exited; the function, or something it uses, called process.exit()`
          : `${name}: the worker ended: ${headline(error)}`,
        group,
        { cause: error },
      );
    case 'timeout':
      return new GroupError(
        'ERR_GROUP_TIMEOUT',
        `${name}: the function ran longer than the timeout of ${timeout} ms and was stopped`,
        group,
      );
    case 'late':
      return new GroupError(
        'ERR_GROUP_FAILED',
        `${name}: something the function left behind when it returned, a timer or a promise, failed: ${headline(error)}`,
        group,
        { cause: error },
      );
    case 'error':
      return thrownBy(error, name, group);
  }
}

function thrownBy(error: unknown, name: string, group: { key: GroupKey; index: number }): GroupError {
  const { name: errorName, code, message } = plain(error);
  if (errorName === 'ResultError') {
    return new GroupError(code as ErrorCode, `${name}: ${message}`, group);
  }
  return new GroupError('ERR_GROUP_FAILED', `${name} failed: ${headline(error)}`, group, { cause: error });
}

/** What an error says of itself, read so that nothing odd about it can hurt: the same in this thread as from a worker. */
function plain(error: unknown): { name?: string; message?: string; stack?: string; code?: unknown } {
  const wire = describeError(error);
  return wire.thrown === 'error' ? { ...wire, code: wire.properties.code } : {};
}

function headline(error: unknown): string {
  const { name, message } = plain(error);
  return name === undefined ? `it threw ${preview(error)}` : `${name}: ${message}`;
}

/** The frames of the function that threw; what lies below, in this package, tells users nothing. */
function stackFrames(error: unknown): string | undefined {
  const frames = plain(error)
    .stack?.split('\n')
    .filter((line) => /^\s+at /.test(line));
  if (!frames?.length) return undefined;
  const ours = frames.findIndex(isOurs);
  return (ours > 0 ? frames.slice(0, ours) : frames).join('\n');
}

const home = new URL('.', import.meta.url).href;
const isOurs = (line: string): boolean => /^\s+at /.test(line) && line.includes(home);

/** Puts the frames of the caller of applyParallel under those of the function, which ran in another thread. */
export function addCaller(error: GroupError, caller: { readonly stack?: string }): void {
  const frames = caller.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  const own = (error.stack ?? '').split('\n').filter((line) => !isOurs(line));
  error.stack = [...own, ...frames].join('\n');
}
