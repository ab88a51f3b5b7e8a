import { ApplyError } from '../../errors.js';
import type { FrameKind } from '../../frame/index.js';
import { flag, positiveInteger } from '../../options/index.js';
import type { ApplyOptions, ReturnAs, WriteResultsOptions } from '../options.js';
import { type ResolvedOptions, resolveOptionsWithout } from '../resolve-options.js';

/**
 * Options of {@link mapBatches}: those of `applyParallel`, except for `groupKeys`, `memoryLimit` and
 * `spillTo`, and two more.
 */
export interface BatchOptions<
  I extends FrameKind | 'same' = 'same',
  O extends FrameKind | 'same' = 'same',
  R extends ReturnAs = 'frame',
> extends Omit<ApplyOptions<I, O, R>, 'groupKeys' | 'memoryLimit' | 'spillTo'> {
  /**
   * Rows of a batch; the last one may have fewer. Frames of an iterable are cut and joined to batches of
   * exactly so many rows, as long as their columns are the same.
   * @default 65536 for a frame; each frame of an iterable is a batch as it comes
   */
  batchRows?: number;
  /**
   * Results in the order of the batches. `false` lets a generator yield each result as it arrives, as
   * `returnAs: 'generatorUnordered'` does, and promises nothing about the order of rows in a frame.
   * @default true
   */
  ordered?: boolean;
}

/** {@link BatchOptions} of a call that writes its results to files instead of returning them. */
export interface WriteBatchOptions<I extends FrameKind | 'same' = 'same'>
  extends Omit<BatchOptions<I>, 'output' | 'returnAs'>,
    Pick<WriteResultsOptions, 'to'> {}

/** {@link BatchOptions} of any type arguments. */
export interface AnyBatchOptions
  extends BatchOptions<FrameKind | 'same', FrameKind | 'same', ReturnAs>,
    Partial<Pick<WriteBatchOptions, 'to'>> {}

export interface ResolvedBatchOptions {
  readonly options: ResolvedOptions;
  readonly batchRows: number | undefined;
}

const LACKS = {
  groupKeys: 'batches have no keys',
  memoryLimit: 'it reads a few batches at a time, so that frames may be larger than memory',
  spillTo: 'it reads a few batches at a time, so that nothing is spilled',
};

/** Checks the options of {@link mapBatches} and fills in what is missing. */
export function resolveBatchOptions(given: AnyBatchOptions): ResolvedBatchOptions {
  const options = resolveOptionsWithout('mapBatches', given, LACKS, {
    batchRows: positiveInteger,
    ordered: flag,
  });
  const { batchRows, ordered } = given;
  const { returnAs } = options;
  if (ordered === true && returnAs === 'generatorUnordered') {
    const message =
      "mapBatches: ordered is true, and returnAs is 'generatorUnordered'; leave one of them out";
    throw new ApplyError('ERR_INVALID_OPTION', message);
  }
  const isUnordered = ordered === false && returnAs === 'generator';
  return { options: isUnordered ? { ...options, returnAs: 'generatorUnordered' } : options, batchRows };
}
