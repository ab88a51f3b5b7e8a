import { readError } from '../failures/index.js';
import { nearest } from '../options/index.js';
import { membersReadIn } from '../ship/index.js';

const MOST_NAMES = 20;

/**
 * Returns the end of a message for an error that comes from a column that the frame does not have: its name
 * and the columns there are. Returns undefined for any other error.
 *
 * @param fn the function that failed; only its own code is looked at
 */
export function columnHint(fn: unknown, error: unknown, columns: readonly string[]): string | undefined {
  const { name, message } = readError(error);
  if (name !== 'TypeError' || message === undefined || typeof fn !== 'function') return undefined;
  const known = new Set(columns);
  const missing = membersReadIn(Function.prototype.toString.call(fn), message, known).filter(
    (each) => !(each in Object.prototype) && !(each in Array.prototype),
  );
  if (missing.length !== 1) return undefined;
  const near = nearest(missing[0], columns);
  const listed = columns.slice(0, MOST_NAMES).map((each) => `'${each}'`);
  const more = columns.length > MOST_NAMES ? ` and ${columns.length - MOST_NAMES} more` : '';
  const meant = near === undefined ? '' : ` (did you mean '${near}'?)`;
  return `there is no column '${missing[0]}'${meant}; the columns are ${listed.join(', ')}${more}`;
}
