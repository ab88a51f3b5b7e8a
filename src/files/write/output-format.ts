import type { Schema } from 'apache-arrow';
import type { Batch } from '../../arrow/index.js';
import type { ResolvedTarget } from './target.js';

/** How files of a format are written: rows are encoded in pieces, in any thread, and joined in this one. */
export interface OutputFormat {
  /** The ending of files in a folder. */
  readonly ending: string;
  /** Throws where a column's type cannot be in such a file. */
  check(schema: Schema): void;
  /** Cuts the rows of one row group into pieces that are encoded apart; none where {@link OutputFile} does it. */
  cut(batch: Batch): readonly Batch[];
  /** Encodes a piece, in whichever thread. */
  encode?(piece: Batch): Promise<Uint8Array>;
  /** Begins a file. */
  begin(schema: Schema): OutputFile;
}

/** A file while it is written. Its methods return the bytes that come next. */
export interface OutputFile {
  add(batch: Batch, encoded: readonly Uint8Array[]): readonly Uint8Array[];
  /** `encodeEmpty` encodes a piece without rows. */
  end(): Promise<readonly Uint8Array[]> | readonly Uint8Array[];
}

/** What a format needs to know of the target; it is posted to workers. */
export type FormatOptions = Pick<ResolvedTarget, 'format' | 'compression' | 'delimiter'>;
