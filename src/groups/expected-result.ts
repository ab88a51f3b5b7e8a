import { ApplyError } from '../errors.js';
import type { FrameResult } from '../frame/index.js';
import { preview } from '../util/index.js';
import type { Expected } from './verb.js';

/** A verb's requirements for the result of one group. */
export interface ExpectedResult {
  readonly expects: Expected;
  /** The rows of the group. */
  readonly rows: number;
}

/** Throws if a result must have as many rows as its group, and has not. */
export function checkRows(result: FrameResult | null, { expects, rows }: ExpectedResult): void {
  if (expects !== 'as many rows' || (result?.numRows ?? 0) === rows) return;
  const wanted = `the group has ${rows} ${rows === 1 ? 'row' : 'rows'}, and the result must have as many`;
  if (result === null) throw new ApplyError('ERR_BAD_RESULT', `the function returned nothing; ${wanted}`);
  const got = `${result.numRows} ${result.numRows === 1 ? 'row' : 'rows'}`;
  const advice =
    result.numRows === 1 ? '; to give every row the same value, return new Array(rows).fill(value)' : '';
  throw new ApplyError('ERR_BAD_RESULT', `the function returned ${got}; ${wanted}${advice}`);
}

/** Reads what a predicate returned: all rows of the group, without columns, for true; null for false. */
export function readBoolean(value: unknown, { rows }: ExpectedResult): FrameResult | null {
  if (typeof value !== 'boolean') {
    throw new ApplyError('ERR_BAD_RESULT', `the function returned ${preview(value)}; return true or false`);
  }
  return value ? { numRows: rows, columns: [] } : null;
}
