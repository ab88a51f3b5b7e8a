import { preview } from '../util/index.js';
import { describeError } from '../values/index.js';

/**
 * Reads an error's name, message, stack and code, safely whatever getters or proxies it has. An error of this
 * thread reads the same as one from a worker; a thrown value that is no error has none of them.
 */
export function readError(error: unknown): {
  name?: string;
  message?: string;
  stack?: string;
  code?: unknown;
} {
  const wire = describeError(error);
  return wire.thrown === 'error' ? { ...wire, code: wire.properties.code } : {};
}

/** Returns a thrown value in one line: an error's name and message. */
export function headline(error: unknown): string {
  const { name, message } = readError(error);
  return name === undefined ? `it threw ${preview(error)}` : `${name}: ${message}`;
}
