import { nearest } from '../options/index.js';
import { UsageError } from './usage-error.js';
import { columnNames } from './values.js';

/** Reads `--by`, and checks its names before any row is read. */
export function keyColumnsOf(texts: readonly string[], columns: readonly string[]): string[] {
  const by = columnNames(texts, columns);
  const unknown = by.find((name) => !columns.includes(name));
  if (unknown === undefined) return by;
  const near = nearest(unknown, columns);
  const hint = near === undefined ? `the columns are ${columns.join(', ')}` : `did you mean ${near}?`;
  throw new UsageError(`--by: there is no column ${unknown}; ${hint}`);
}
