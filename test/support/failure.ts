import assert from 'node:assert/strict';
import type { CallError } from 'apply-parallel';

/** Returns the error of a call that has to fail. */
export async function failure(promise: Promise<unknown>): Promise<CallError> {
  try {
    await promise;
  } catch (error) {
    return error as CallError;
  }
  throw new assert.AssertionError({ message: 'it did not fail' });
}
