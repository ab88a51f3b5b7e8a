import type { Schema } from 'apache-arrow';
import type { Allocate, Batch } from '../arrow/index.js';

/** The formats that `scan` reads and `writeDataset` writes. */
export type FormatName = 'parquet' | 'arrow' | 'csv';

/** A file as it was when it was opened, as it is posted to workers. */
export interface SourceFile {
  readonly path: string;
  readonly size: number;
  /** Milliseconds since 1970: tells, with the size, whether the file is still the same. */
  readonly modified: number;
}

/** The facts that a format finds in a file without reading its rows. */
export interface FileInfo {
  readonly schema: Schema;
  /** Undefined where only reading the rows would tell. */
  readonly numRows: number | undefined;
  readonly parts: readonly FilePart[];
  /** Data for reading any part, as it is posted to workers. */
  readonly shared?: unknown;
  /** True if reading a column leaves out the lines whose value it cannot hold. */
  readonly leavesOutLines?: boolean;
  /** Finds the data that only reading these columns needs. Called before the reading begins. */
  prepare?(columns: readonly string[]): Promise<Prepared>;
}

/** Members that replace those of {@link FileInfo}. */
export interface Prepared {
  readonly parts?: readonly FilePart[];
  readonly shared?: unknown;
}

/** A piece of a file that is read at once: a row group, a record batch or a range of lines. */
export interface FilePart {
  readonly numRows: number | undefined;
  /** Returns about how many bytes these columns take in memory. */
  bytes(columns: readonly string[]): number;
  /** Data for reading this part, as it is posted to workers. */
  readonly place: unknown;
  /** Returns the range of a column's values, if it is known without reading them. */
  range?(column: string): ValueRange | undefined;
}

/** Bounds of the values of a column in a part. */
export interface ValueRange {
  readonly min?: Comparable;
  readonly max?: Comparable;
  readonly nullCount?: number;
}

/** A value as `where` compares it. Times are whole numbers in the unit of their column. */
export type Comparable = number | bigint | string | boolean;

/** The part that is to be read. */
export interface PartSource {
  readonly file: SourceFile;
  /** The schema of the file. */
  readonly schema: Schema;
  readonly shared: unknown;
  readonly place: unknown;
  /** The memory for the columns. A format may use shared memory of its own instead. */
  readonly allocate: Allocate;
}

/** A format's way of opening and reading files. It opens files in the main thread, and reads parts in any. */
export interface Format<Options = unknown> {
  open(file: OpenFile, options: Options): Promise<FileInfo>;
  /** Reads columns of a part; they come in the order in which they are asked for. */
  read(source: PartSource, columns: readonly string[]): Promise<PartRows>;
}

export interface PartRows extends Batch {
  /** Lines that could not be read, where the caller lets them be left out. */
  readonly skipped?: number;
}

/** A file that is open. */
export interface OpenFile extends SourceFile {
  /** Reads bytes into shared memory, and throws `ERR_BAD_FILE` if the file ends before. */
  read(from: number, byteLength: number): Promise<Uint8Array>;
  readInto(bytes: Uint8Array, from: number): Promise<void>;
  close(): Promise<void>;
}
