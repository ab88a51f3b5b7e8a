import type { Data, Field, Table } from 'apache-arrow';
import type { Batch } from '../arrow/index.js';
import type { ErrorCode } from '../errors.js';
import type { LazyCells } from './lazy-cells.js';

/**
 * How a frame library meets this package. Inside, every frame is an Arrow table; an adapter is the door in and out, and the only
 * place that knows its library. Those of this package are of this shape too; see {@link registerAdapter} for your own.
 *
 * @typeParam F the frames
 */
export interface FrameAdapter<F = unknown> {
  /** The word for it in `input` and `output`. */
  readonly kind: string;
  /**
   * The URL of the module that registers this adapter, `import.meta.url` there. Workers import it, to make and to read such frames
   * themselves. Without one, only this thread can: then the function must take another form (`input`) and return another.
   */
  readonly module?: string;
  /** Is this value mine? Told by shape, never by `instanceof`: another copy or version of the library counts too. Asked often; be quick. */
  matches(value: unknown): value is F;
  /**
   * The frame as an Arrow table, column order kept, buffers shared where the library has Arrow's layout. What `fromArrow` needs
   * to give the same frame back and Arrow has no word for goes into the metadata of the fields. `code` is that of the error
   * for values no column can hold: `ERR_BAD_RESULT`, unless the frame is not a result.
   */
  toArrow(frame: F, code?: ErrorCode): Table;
  /** The table as a frame of this library. */
  fromArrow(table: Table): F;
  /** Called, and awaited, before the first `fromArrow` of a call in each thread: the place to load an optional package. */
  load?(): Promise<void>;
}

/** The columns of a group as its function saw them, told by their cells. */
export interface KnownColumns {
  /** The group's column `name`, if `cells` and their dtype are just those it had; undefined if they are others, or could have changed. */
  find(
    name: string,
    cells: LazyCells,
    dtype: string,
  ): { readonly field: Field; readonly data: Data } | undefined;
}

/** The cells of each column, and what type the library says they have. */
export interface FrameCells {
  readonly cells: readonly LazyCells[];
  readonly dtypes: readonly string[];
}

/** An adapter of this package that makes and reads frames without a Table, which for a small group would cost more than its cells. */
export interface BatchAdapter<F = unknown> extends FrameAdapter<F> {
  /** `frameClass` is the class of frames to make, where not of the one seen last. */
  fromBatch(batch: Batch, frameClass?: unknown): F;
  /** `known` are columns that need not be converted if they are found again. */
  toBatch(frame: F, code?: ErrorCode, known?: KnownColumns): Batch;
  /** What is in a frame that has just been made; nothing that is done to the frame changes it. */
  insideOf(frame: F): FrameCells;
}

export const isBatchAdapter = (adapter: FrameAdapter): adapter is BatchAdapter =>
  'fromBatch' in adapter && 'toBatch' in adapter && 'insideOf' in adapter;
