import type { Data, Field, Table } from 'apache-arrow';
import type { Batch } from '../arrow/index.js';
import type { ErrorCode } from '../errors.js';
import type { Likeness } from './infer/index.js';
import type { LazyCells } from './lazy-cells.js';

/**
 * Converts frames of one library to Arrow tables and back. This package handles every frame as an Arrow
 * table, and only the adapter knows the library. {@link registerAdapter} adds yours; the package's own
 * adapters implement this interface too.
 *
 * @typeParam F the type of the frames
 */
export interface FrameAdapter<F = unknown> {
  /** The name of this kind of frame in `input` and `output`. */
  readonly kind: string;
  /**
   * The URL of the module that registers this adapter: `import.meta.url` in that module. Workers import it,
   * to make and to read such frames. Without it only the main thread can, so functions must take (`input`)
   * and return frames of another kind.
   */
  readonly module?: string;
  /**
   * Tells whether a value is a frame of this kind. Check its shape rather than `instanceof`, so that frames
   * from another copy or version of the library count too. It is called often and must be fast.
   */
  matches(value: unknown): value is F;
  /**
   * Converts a frame to an Arrow table with the same columns in the same order. Buffers may be shared, not
   * copied, if the library uses Arrow's layout. Properties that Arrow cannot express, and `fromArrow` needs
   * to make the same frame again, go into the metadata of the fields.
   *
   * @param code the code of errors for values that no column can hold; by default `ERR_BAD_RESULT`
   */
  toArrow(frame: F, code?: ErrorCode): Table;
  /** Converts a table to a frame of this library. */
  fromArrow(table: Table): F;
  /** Loads the library if it is an optional package. Each thread awaits it before the first `fromArrow`. */
  load?(): Promise<void>;
}

/** Finds columns of a group by the cells that its function saw. */
export interface KnownColumns {
  /**
   * Returns the group's column `name` if it had exactly these cells and this dtype; undefined if they may
   * have changed.
   */
  find(
    name: string,
    cells: LazyCells,
    dtype: string,
  ): { readonly field: Field; readonly data: Data } | undefined;
  /** Returns the group's column `name`, from which changed cells may come. */
  like(name: string): Likeness | undefined;
}

/** The cells of each column of a frame, and the types that the library says they have. */
export interface FrameCells {
  readonly cells: readonly LazyCells[];
  readonly dtypes: readonly string[];
}

/**
 * An adapter of this package that works without Arrow's Table: for a small group, making one costs more than
 * its cells.
 */
export interface BatchAdapter<F = unknown> extends FrameAdapter<F> {
  /** Makes a frame of class `frameClass`; by default of the class of the last frame seen. */
  fromBatch(batch: Batch, frameClass?: unknown): F;
  /** Converts a frame; columns that `known` finds are not converted again. */
  toBatch(frame: F, code?: ErrorCode, known?: KnownColumns): Batch;
  /** Returns the cells of a frame that was just made. Later changes to the frame do not change them. */
  cellsOf(frame: F): FrameCells;
}

/** Tells whether an adapter works without tables. */
export const isBatchAdapter = (adapter: FrameAdapter): adapter is BatchAdapter =>
  'fromBatch' in adapter && 'toBatch' in adapter && 'cellsOf' in adapter;
