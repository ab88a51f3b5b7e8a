import type { WireError } from '../../../values/index.js';

/** The file that this code is in on an executor, as stacks name it. */
const own = import.meta.url;

/**
 * Returns an error without the frames of the runner, of which the program has no source: its file lies on the
 * executor.
 */
export function withoutOwnFrames(error: WireError): WireError {
  if (error.thrown === 'value') return error;
  const { stack, nested } = error;
  return {
    ...error,
    stack: stack
      ?.split('\n')
      .filter((line) => !line.includes(own))
      .join('\n'),
    nested: Object.fromEntries(
      Object.entries(nested).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.map(withoutOwnFrames) : withoutOwnFrames(value as WireError),
      ]),
    ),
  };
}
