import { allocateShared } from '../arrow/index.js';

/**
 * The fewest rows of a table in which a key column may get the memory of the places. A groupby that is split
 * again then has to find its places again.
 */
export const spentLimits = { rows: 8_000_000 };

/** Returns memory for the codes of rows, which become their places: shared if a column may get it. */
export const memoryOfCodes = (length: number): Int32Array =>
  length < spentLimits.rows ? new Int32Array(length) : new Int32Array(allocateShared(length * 4).buffer);
