import type { PackedBatch, WireSchema } from '../../arrow/index.js';
import type { WireResults } from '../../combine/index.js';
import type { GroupKey } from '../../errors.js';
import type { Failure, RetryRule } from '../../run/index.js';
import type { ShippedFunction } from '../../ship/worker.js';
import type { WireError } from '../../values/index.js';
import type { Expected } from '../verb.js';

/*
 * The messages between the program and the runner on an executor. Calls, parts and answers travel as bytes of
 * wire/; the glue in Python passes them on and reads none.
 */

/** The kinds of frames in the pipes between the glue and the runner; cluster-glue.py has the same numbers. */
export const FrameKind = {
  /** A {@link WireCall} or a {@link WriteCall}. */
  call: 1,
  /** The path of a file with the function of the call that follows. */
  functionFile: 2,
  /** A piece of a stream of Arrow data. */
  data: 3,
  /** The stream ends, and another follows: groups that are complete can run. */
  cut: 4,
  /** The last stream ends. */
  end: 5,
  /** Bytes for a row of the task's result. */
  row: 6,
  /** The task is done. */
  done: 7,
  /**
   * All answers so far are in the rows before this. The content: how many rows of the input are done with, in
   * 8 bytes, and 4 bytes for each group of the part in progress that has been answered since the last mark.
   */
  mark: 8,
  /** Follows a call that another runner has begun and not survived: a {@link Resumption} in JSON. */
  resume: 9,
} as const;

/** How far a task was when the process that worked on it ended. */
export interface Resumption {
  /** True if answers have been given, so that these go on. */
  readonly hasAnswers: boolean;
  /** The same of results that stay on the cluster. */
  readonly hasKept: boolean;
  /** True if the part in progress has been announced. */
  readonly hasBegun: boolean;
  /** The groups of the part in progress that have their answers. */
  readonly answered: readonly number[];
  /** The groups of that part that ran when a process ended, one for each end, the last end last. */
  readonly deaths: readonly ProcessDeath[];
}

export interface ProcessDeath {
  readonly group: number;
  /** The exit code, or the number of a signal below 0. */
  readonly code: number;
}

/** Begins the id of a module that lies beside the runner. */
export const BUNDLED = 'beside-the-runner:';

/**
 * The symbol under which the runner keeps its apache-arrow. Modules of functions get that one, so that groups
 * are of the classes that they know.
 */
export const OWN_ARROW = 'apply-parallel.apache-arrow';

/** A call, as the runner gets it. */
export interface RunnerCall {
  /** Tells the parts of one call from those of another. */
  readonly id: string;
  readonly fn: ShippedFunction;
  readonly hasInitializer: boolean;
  /**
   * `rows`: Arrow rows that the runner groups by `by`, all rows of a key in one task. `parts`: each row holds
   * the bytes of a {@link GroupPart}.
   */
  readonly rows?: RowGrouping;
  readonly form: string;
  readonly seed: string;
  readonly expects: Expected;
  readonly schema?: WireSchema;
  readonly timeout?: number;
  readonly retries?: RetryRule;
  readonly batchSize?: number;
  /** True if the first failure ends the call. */
  readonly stopsAtFailure: boolean;
  readonly wantsTimings: boolean;
  /** True if the results stay on the cluster: the program gets their fields alone. */
  readonly keepsResults: boolean;
  /** Bytes that the answers of a task may have: Spark hands out no more for all tasks together. */
  readonly mostBytes?: number;
  /** True if results that stay there get the key columns. */
  readonly wantsKeys?: boolean;
}

/** A call on its way: a large function is in a file of its own, which a session gets once. */
export type WireCall = Omit<RunnerCall, 'fn'> & Partial<Pick<RunnerCall, 'fn'>>;

/** A call that gives results which stayed on the cluster columns of their own. */
export interface WriteCall {
  /** The schema that all results have together. */
  readonly reads: WireSchema;
  /** The same columns in types that Spark has. */
  readonly writes: WireSchema;
  /**
   * True if the answers of the call are among the rows, and none may tell of a failure: an executor that was
   * lost has its groups run again, and one may fail then that did not before.
   */
  readonly hasAnswers: boolean;
}

export interface RowGrouping {
  readonly by: readonly string[];
  readonly isScalar: boolean;
  readonly dropna: boolean;
}

/** Groups that the program has split: some of a call's, with their rows. */
export interface GroupPart {
  /** The position of its first group among those of the job; the others follow. */
  readonly at: number;
  /** The position of its first group in the whole call. */
  readonly firstIndex: number;
  readonly keys: readonly GroupKey[];
  readonly batches: readonly PackedBatch[];
  readonly batchOf?: Int32Array;
  readonly from: Int32Array;
  readonly sizes: Int32Array;
  readonly form: string;
  readonly others?: readonly PartOfOther[];
  /** The keys as columns, if results that stay on the cluster need them. */
  readonly keyBatch?: PackedBatch;
}

interface PartOfOther {
  readonly form: string;
  readonly batch: PackedBatch;
  readonly from: Int32Array;
  readonly sizes: Int32Array;
}

/** A failure of a group. `index` counts the groups of its part. */
export type WireFailure = Omit<Failure, 'error'> & { readonly error?: WireError };

/** When the groups of a part began, in milliseconds since 1970, and how long they took. */
export interface PartTimings {
  readonly began: Float64Array;
  readonly took: Float64Array;
}

/**
 * The messages of a task about its groups, in this order for each part: one `groups`, any number of others,
 * one `end`.
 */
export type Answer =
  | {
      readonly type: 'groups';
      /** {@link GroupPart.at}; missing for rows. */
      readonly at?: number;
      readonly sizes: Int32Array;
      /** The keys as columns, a row for each group; missing where the program knows them. */
      readonly keys?: PackedBatch;
    }
  /** Without the data of columns if they stay on the cluster. */
  | { readonly type: 'results'; readonly results: WireResults; readonly indices: readonly number[] }
  | { readonly type: 'failure'; readonly failure: WireFailure }
  | { readonly type: 'retry'; readonly failure: WireFailure }
  | {
      readonly type: 'end';
      readonly host: string;
      readonly timings?: PartTimings;
    }
  /** Something that is no group's fault: the call cannot go on. */
  | { readonly type: 'broken'; readonly host: string; readonly error: WireError };
