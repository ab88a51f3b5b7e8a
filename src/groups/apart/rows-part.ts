import type { WireData, WireSchema } from '../../arrow/index.js';

/*
 * The rows of a claim's groups, as a process gets them that does not share the memory of the table. The
 * schema and dictionaries of a table come once in a task, with the first rows of that table.
 */

/** The facts that all rows of a table share. */
export interface ApartTable {
  readonly schema: WireSchema;
  /** The chunks of each column's dictionary. */
  readonly dictionaries: readonly (readonly WireData[] | undefined)[];
  /** For each column, whether the whole table has nulls there. */
  readonly hasNulls: readonly boolean[];
}

/** Rows of one table; the columns lack their dictionaries. */
export interface RowsOfTable {
  readonly table: number;
  readonly numRows: number;
  readonly columns: readonly WireData[];
}

/** The rows of one frame. */
export interface SideRows {
  readonly pieces: readonly RowsOfTable[];
  /** The piece of each group of the claim, and its first row there. */
  readonly pieceOf: Int32Array;
  readonly from: Int32Array;
}

export interface RowsPart {
  /** The tables that this task has not sent before, each with its number. */
  readonly tables: readonly (readonly [number: number, ApartTable])[];
  /** The first frame, then those after it in a cogroup. */
  readonly sides: readonly SideRows[];
}
