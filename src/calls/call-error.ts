import { CallError } from '../errors.js';
import { explain, stackOf } from '../failures/index.js';
import type { Failure } from '../run/index.js';

/** Returns the error that users get: it names the call and the cause, and has the user's own stack. */
export function callErrorOf(failure: Failure, index: number, timeout?: number): CallError {
  const { code, message, cause } = explain(failure, 'CALL', `call ${index}`, timeout);
  const error = new CallError(code, message, index, cause === undefined ? undefined : { cause: cause.error });
  error.stack = stackOf(error, failure);
  return error;
}
