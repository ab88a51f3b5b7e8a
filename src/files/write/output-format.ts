import type { Schema } from 'apache-arrow';
import type { Batch } from '../../arrow/index.js';
import type { ResolvedTarget } from './target.js';

/** A format's way of writing files. Any thread encodes pieces of the rows, and this one joins them. */
export interface OutputFormat {
  /** The ending of files in a folder. */
  readonly ending: string;
  /** Throws if such a file cannot hold a column's type. */
  check(schema: Schema): void;
  /**
   * Cuts the rows of one row group into pieces to encode apart; no piece if {@link OutputFile} encodes them.
   */
  cut(batch: Batch): readonly Batch[];
  /** Encodes a piece, in any thread. */
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

/** The options of the target that formats need; they are posted to workers. */
export type FormatOptions = Pick<ResolvedTarget, 'format' | 'compression' | 'delimiter'>;
