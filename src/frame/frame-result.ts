import type { Data, Field } from 'apache-arrow';

/** A column of a result. */
export interface ResultColumn {
  readonly field: Field;
  readonly chunks: readonly Data[];
  /** The position of the input column that was handed back unchanged; `chunks` may be empty then. */
  readonly input?: number;
  /** The chunks were made by this package, so the function cannot change them any more. */
  readonly isOwn?: boolean;
  /** The type was inferred from JavaScript values, which may fit into other types too. */
  readonly isInferred?: boolean;
}

/** The frame that a function returned for its group. */
export interface FrameResult {
  readonly numRows: number;
  readonly columns: readonly ResultColumn[];
}
