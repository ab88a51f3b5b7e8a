import { GroupError, type GroupKey } from '../errors.js';
import { explain, mapTraces, stackOf } from '../failures/index.js';
import type { Failure } from '../run/index.js';
import { type ShippedFunction, TraceMapper } from '../ship/index.js';
import { describeKey } from './group-source.js';

/** The part of a call that its error messages need. */
interface FailedCall {
  readonly timeout?: number;
  /** The function, if it ran in a worker. */
  readonly shipped?: ShippedFunction;
}

/** Returns the error that users get: it names the group and the cause, and has the user's own stack. */
export function groupErrorOf(
  failure: Failure,
  key: GroupKey,
  { timeout, shipped }: FailedCall = {},
): GroupError {
  if (shipped) mapTraces(failure.error, TraceMapper.of(shipped));
  const { code, message, cause } = explain(failure, 'GROUP', `group ${describeKey(key)}`, timeout);
  const options = cause === undefined ? undefined : { cause: cause.error };
  const error = new GroupError(code, message, { key, index: failure.index }, options);
  error.stack = stackOf(error, failure);
  return error;
}
