import type { WireData, WireSchema } from '../arrow/index.js';
import type { FormatName, SourceFile } from './format.js';
import type { HiveValue } from './hive.js';
import type { Condition } from './where.js';

/** The reading of a data set, as it is posted to any thread that reads parts. */
export interface ReadTask {
  /** The columns that are read: of one type in all files. */
  readonly schema: WireSchema;
  /** The number of columns that the result has, the first ones of `schema`; `where` needs the others. */
  readonly numColumns: number;
  readonly where: readonly Condition[];
  /** The values of columns that folders name, by column. */
  readonly dictionaries: { readonly [column: string]: WireData };
  /** The schemas of the files, each once. */
  readonly schemas: readonly WireSchema[];
  readonly files: readonly TaskFile[];
  readonly parts: readonly TaskPart[];
}

export interface TaskFile {
  readonly file: SourceFile;
  readonly format: FormatName;
  /** The position of its schema. */
  readonly schema: number;
  readonly shared: unknown;
  /**
   * The columns that decide together which lines are left out: each reading needs all of them, so that all
   * readings have the same rows.
   */
  readonly lineColumns?: readonly string[];
  /** The columns that its folders name. */
  readonly constants: { readonly [column: string]: HiveValue };
}

export interface TaskPart {
  /** The position of its file. */
  readonly file: number;
  readonly place: unknown;
  /** Undefined where only reading would tell. */
  readonly numRows: number | undefined;
  /** About how many bytes its rows take in memory. */
  readonly bytes: number;
}
