import type { Data, Field } from 'apache-arrow';
import type { Batch } from '../arrow/index.js';
import type { KnownColumns } from './adapter.js';

/**
 * One group as its function gets it. It also recognises input columns that the function hands back unchanged.
 */
export interface GroupView {
  /** The frame that the function gets. */
  readonly frame: unknown;
  /** All frames that the function gets, if there are several. */
  readonly frames?: readonly unknown[];
  /** The split table, of which the group is a range of rows. */
  readonly batch: Batch;
  /** The positions of the split table's columns by their names. */
  readonly positions: ReadonlyMap<string, number>;
  /** Returns the group's rows of an input column. */
  rowsOf(input: number): Data;
  /**
   * Tells whether `column` is the input column at `input`, unchanged. Always false but for the columns form.
   */
  isUnchanged(input: number, column: unknown): boolean;
  /** Tells whether `column` may be an input column, changed or not. */
  mayBeInput(column: unknown): boolean;
  /**
   * Returns the position of the unchanged input column that `column`, a member of an object, is; undefined
   * for any other.
   */
  inputOfColumn(name: string, column: unknown): number | undefined;
  /** Does the same for the chunks of a table's column. */
  inputOfChunks(name: string, chunks: readonly Data[]): number | undefined;
  /** Does the same for data that {@link knownColumns} returned. */
  inputOfData(data: Data): number | undefined;
  /**
   * Returns the input column of this name if the function saw it as JavaScript values, which do not tell
   * their type; undefined if it saw the column itself.
   */
  sourceOf(name: string): { readonly field: Field; readonly data: Data } | undefined;
  /** Finds input columns by their cells, for frames that hold cells. */
  readonly knownColumns?: KnownColumns;
}
