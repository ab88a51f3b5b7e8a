import { CallError } from '../errors.js';
import { explain, stackOf } from '../failures/index.js';
import type { Failure } from '../run/index.js';

/** The error users get for a call that failed: which one, what happened, and their own stack on top. */
export function callErrorOf(failure: Failure, index: number, timeout?: number): CallError {
  const { code, message, cause } = explain(failure, 'CALL', `call ${index}`, timeout);
  const error = new CallError(code, message, index, cause === undefined ? undefined : { cause: cause.error });
  error.stack = stackOf(error, failure);
  return error;
}
