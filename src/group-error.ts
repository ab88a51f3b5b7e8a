import { GroupError, type GroupKey } from './errors.js';
import { explain, stackOf } from './explain-failure.js';
import { describeKey } from './group-source.js';
import type { Failure } from './run/index.js';

/** The error users get for a failure in a group: which group, what happened, and their own stack on top. */
export function groupErrorOf(failure: Failure, key: GroupKey, timeout?: number): GroupError {
  const { code, message, cause } = explain(failure, 'GROUP', `group ${describeKey(key)}`, timeout);
  const options = cause === undefined ? undefined : { cause: cause.error };
  const error = new GroupError(code, message, { key, index: failure.index }, options);
  error.stack = stackOf(error, failure);
  return error;
}
