import { ApplyError } from '../../errors.js';
import type { Rule } from '../../options/index.js';
import { preview } from '../../util/index.js';

/** The rule for the name of a key column. */
export const nameRule: Rule = [(value) => typeof value === 'string', 'a text'];

/** Throws unless a key maker got the name of a column. */
export function checkColumnName(verb: string, column: unknown): void {
  if (typeof column === 'string') return;
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    `${verb}: the first argument is the name of a column, got ${preview(column)}`,
  );
}
