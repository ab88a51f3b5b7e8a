import { fileURLToPath } from 'node:url';

/**
 * The kind of an error, for programs; the message says the same to people. docs/errors.md says what to do
 * about each.
 *
 * | code | when |
 * |---|---|
 * | `ERR_INVALID_OPTION` | an option or argument breaks its rule |
 * | `ERR_NOT_A_FRAME` | a value that should be grouped is no table, DataFrame or array of rows |
 * | `ERR_UNKNOWN_COLUMN` | a key names a column that the frame does not have |
 * | `ERR_UNSHIPPABLE` | the function, or a value it uses, cannot reach a worker |
 * | `ERR_GROUP_FAILED` | the function threw or rejected; `cause` is what it threw |
 * | `ERR_GROUP_TIMEOUT` | the function ran longer than `timeout` on one group |
 * | `ERR_CALL_FAILED` | a call of `Parallel` or `parmap` threw or rejected; `cause` is what it threw |
 * | `ERR_CALL_TIMEOUT` | a call ran longer than `timeout` |
 * | `ERR_WORKER_EXITED` | the worker ended while it worked on the group or call |
 * | `ERR_WORKER_OUT_OF_MEMORY` | the worker ran out of heap while it worked on the group or call |
 * | `ERR_INITIALIZER_FAILED` | the option `initializer` threw or rejected in a worker; `cause` is what it
 * threw |
 * | `ERR_ABORTED` | the call was ended through `signal`, or cancelled |
 * | `ERR_BAD_RESULT` | the function returned no frame, a wrong number of rows, or what cannot leave its
 * worker |
 * | `ERR_SCHEMA_MISMATCH` | columns of one name have types that do not fit together |
 * | `ERR_MISSING_PEER` | an optional package is needed and not installed |
 * | `ERR_UNSTORABLE` | a value holds something that no file can keep, such as a function |
 * | `ERR_BAD_FILE` | a file is torn, or is no file of the expected kind |
 * | `ERR_FILE_EXISTS` | something is at the place that should be written to |
 * | `ERR_WRITE` | the system refuses to write a file: no permission, a full disk |
 * | `ERR_GROUP_TOO_LARGE` | one group of a data set needs more than `memoryLimit` |
 * | `ERR_SPILL` | rows of a data set cannot be written to `spillTo`: a full disk |
 * | `ERR_CLUSTER` | a Spark cluster cannot be reached, or fails; `cause` is what it said |
 * | `ERR_UNSUPPORTED` | what runs the program cannot do it: a zstd file on Node 20, big-endian Arrow data,
 * text over 2 GiB, workers in a bundle, Bun |
 * | `ERR_UNHASHABLE` | a value holds something without content to hash, such as a promise |
 */
export type ErrorCode =
  | 'ERR_INVALID_OPTION'
  | 'ERR_NOT_A_FRAME'
  | 'ERR_UNKNOWN_COLUMN'
  | 'ERR_UNSHIPPABLE'
  | 'ERR_GROUP_FAILED'
  | 'ERR_GROUP_TIMEOUT'
  | 'ERR_CALL_FAILED'
  | 'ERR_CALL_TIMEOUT'
  | 'ERR_WORKER_EXITED'
  | 'ERR_WORKER_OUT_OF_MEMORY'
  | 'ERR_INITIALIZER_FAILED'
  | 'ERR_ABORTED'
  | 'ERR_BAD_RESULT'
  | 'ERR_SCHEMA_MISMATCH'
  | 'ERR_MISSING_PEER'
  | 'ERR_UNSTORABLE'
  | 'ERR_BAD_FILE'
  | 'ERR_FILE_EXISTS'
  | 'ERR_WRITE'
  | 'ERR_GROUP_TOO_LARGE'
  | 'ERR_SPILL'
  | 'ERR_CLUSTER'
  | 'ERR_UNSUPPORTED'
  | 'ERR_UNHASHABLE';

/**
 * An error that this package throws on purpose. `code` tells them apart; `cause` is the error underneath,
 * if there is one.
 */
export class ApplyError extends Error {
  /** The kind of the error; see {@link ErrorCode}. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    // Errors of groups and calls get the frames of the function that failed.
    if (new.target === ApplyError) beginAtUser(this);
  }
}

ApplyError.prototype.name = 'ApplyError';

/** Frames that are looked at for the user's first one; programs show ten of them by default. */
const DEPTH = 50;

/** This package's folder, as stacks of modules and of loaders such as tsx name it. */
const homes = homesOf(import.meta.url);

function homesOf(url: string | undefined): string[] {
  if (!url?.startsWith('file:')) return [];
  const home = new URL('.', url);
  return [home.href, fileURLToPath(home)];
}

/** Takes the frames above the first of the user's from an error's stack, if it has one of the user's. */
function beginAtUser(error: Error): void {
  const { stackTraceLimit } = Error;
  if (stackTraceLimit === 0) return;
  Error.stackTraceLimit = Math.max(stackTraceLimit, DEPTH);
  Error.captureStackTrace(error, ApplyError);
  const { stack } = error;
  Error.stackTraceLimit = stackTraceLimit;
  if (typeof stack !== 'string') return;
  const lines = stack.split('\n');
  const first = lines.findIndex(isStackLine);
  const user = lines.findIndex((line) => isStackLine(line) && !isInternal(line));
  const kept =
    user < 0 ? lines : [...lines.slice(0, first), ...lines.slice(user)].slice(0, first + stackTraceLimit);
  error.stack = kept.join('\n');
}

/** Tells whether a line of a stack names a place, and is no part of the message. */
export const isStackLine = (line: string): boolean => /^\s+at /.test(line);

/** Tells whether a frame is one of this package, of Node or of the language, such as Array.map. */
const isInternal = (line: string): boolean =>
  homes.some((home) => line.includes(home)) || /[ (]node:|\(<anonymous>\)$|\(index \d+\)$/.test(line);

/**
 * Tells whether a value is an ApplyError of any copy of this package. apache-arrow keeps the decompressors of
 * the copy that registered them first.
 */
export const isApplyError = (value: unknown): value is ApplyError =>
  value instanceof ApplyError || (value instanceof Error && value.name === 'ApplyError');

/**
 * One value of a group's key, as apache-arrow reads it: timestamps are milliseconds, 64-bit integers are
 * bigint. Values of a column made of Dates are Dates.
 */
export type KeyPart =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Uint8Array
  | Uint32Array
  | Int32Array
  | null;

/** A group's key: the value for one key column, the array of values for several. */
export type GroupKey = KeyPart | readonly KeyPart[];

/** An error that belongs to one group. `key` and `index` say which; `cause` is what the function threw. */
export class GroupError extends ApplyError {
  /** The group's key: a value for one key column, an array for several. */
  readonly key: GroupKey;
  /** Position of the group in group order. */
  readonly index: number;

  constructor(
    code: ErrorCode,
    message: string,
    group: { key: GroupKey; index: number },
    options?: ErrorOptions,
  ) {
    super(code, message, options);
    this.key = group.key;
    this.index = group.index;
  }
}

GroupError.prototype.name = 'GroupError';

/**
 * An error that belongs to one call of `Parallel`, `parmap` or an executor. `cause` is what the function
 * threw.
 */
export class CallError extends ApplyError {
  /** Position of the call, from 0. */
  readonly index: number;

  constructor(code: ErrorCode, message: string, index: number, options?: ErrorOptions) {
    super(code, message, options);
    this.index = index;
  }
}

CallError.prototype.name = 'CallError';
