import type { Field, Table } from 'apache-arrow';
import { byteSizeOf } from '../arrow/index.js';

/*
 * Finds tables so small that a function which goes through their rows is done at once, whatever it does with
 * them: two nested loops take 10,000 steps, some tenths of a millisecond. Workers take 50 ms to start.
 */

const MOST_ROWS = 100;
const MOST_CELLS = 1000;
/** Limits texts, lists and dictionaries. */
const MOST_BYTES = 65_536;

/** Tells whether a table is that small. */
export function hasFewRows(table: Table): boolean {
  const { numRows, numCols, schema } = table;
  if (numRows > MOST_ROWS || numRows * numCols > MOST_CELLS || schema.fields.some(isLength)) return false;
  return byteSizeOf(table.batches.map(({ data }) => data)) <= MOST_BYTES;
}

/** Tells whether a cell may look like the length of something, such as `row.length`. */
const isLength = ({ name, type }: Field): boolean =>
  name === 'length' || name === 'size' || ((type.children ?? []) as readonly Field[]).some(isLength);
