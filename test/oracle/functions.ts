import type { AnyTable, Columns, FrameLike } from 'apply-parallel';
import type { Random } from '../support/random-data.js';
import type { Params } from './case.js';
import { columnFunctions } from './column-functions.js';
import { rowFunctions } from './row-functions.js';
import { shapeFunctions } from './shape-functions.js';

/**
 * A function that both sides have: here in TypeScript, in fixtures/oracle_functions.py in pandas, under its
 * snake_case name.
 */
export interface OracleFunction {
  /** The columns it works on. */
  readonly needs?: readonly string[];
  readonly draw?: (random: Random) => Params;
  readonly columns?: (group: Columns, params: never) => FrameLike;
  readonly same?: (group: AnyTable, params: never) => FrameLike;
  /**
   * The columns that hold sums of floats, which depend on the order of adding. They may differ by 1e-9; all
   * else by nothing.
   */
  readonly approximate?: readonly string[];
}

export const functions: { readonly [name: string]: OracleFunction } = {
  ...rowFunctions,
  ...columnFunctions,
  ...shapeFunctions,
};
