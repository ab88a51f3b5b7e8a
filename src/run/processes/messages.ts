import type { WireError } from '../../values/index.js';
import type { LoopEnd } from '../claim-loop.js';
import type { Claim } from '../job-control.js';
import type { KernelName, KernelSource } from '../kernel.js';
import type { StrayErrorMessage, WorkerMessage } from '../protocol.js';

/* The messages between this process and a child, each the content of a frame. */

/** The file descriptors of a child, beside those of its console. */
export const FROM_PARENT = 3;
export const TO_PARENT = 4;
/** See ActivityFile. */
export const ACTIVITY = 5;
/** Carries no bytes; it closes when the parent ends. */
export const LIFELINE = 6;

/** The exit code of a child that can write to its parent no more. */
export const CUT_OFF_CODE = 120;

/** Notes of a kernel on what it has sent, so that it sends each thing once. */
export interface SentTo {
  /** Sent in this task. */
  readonly task: Set<unknown>;
  /** Sent to this child, in any task. */
  readonly child: WeakSet<object>;
}

/** A kernel whose indices get what they need with their claim, since workers share no memory with the job. */
export interface ApartKernelSource extends KernelSource {
  /** Returns what these indices need beside `data`. */
  partOf(indices: Int32Array, sent: SentTo): unknown;
  /** Words in `data` that this process changes from 1 to 0 when workers may forget what belongs to them. */
  readonly lives: readonly Int32Array[];
}

export type ToChild =
  /** The kernel of the tasks that follow. */
  | {
      readonly type: 'kernel';
      readonly source: KernelName & { readonly data: unknown };
      readonly weights: Int32Array;
      readonly lives: readonly Int32Array[];
      /** The numbers by which 'forget' names the lives. */
      readonly lifeIds: readonly number[];
    }
  | ({ readonly type: 'task' } & ChildTask)
  | {
      readonly type: 'claim';
      readonly from: number;
      readonly to: number;
      readonly indices: Int32Array;
      readonly part: unknown;
    }
  /** No claim: the task is over. */
  | { readonly type: 'leave'; readonly why: LoopEnd }
  | { readonly type: 'stop' }
  | { readonly type: 'forget'; readonly lifeIds: readonly number[] };

/** A task as a child knows it. */
export interface ChildTask {
  /** Tells the activity of this task from that of tasks before. */
  readonly number: number;
  readonly worker: number;
  readonly epoch: number;
  readonly untilFailure?: boolean;
  readonly retriesLeft?: Int32Array;
  readonly isTimed: boolean;
  /** How many indices there are, if their times are wanted. */
  readonly timed?: number;
  readonly cwd: string;
  readonly argv: readonly string[];
}

/** The times of a claim's indices. */
export interface ClaimTimes {
  readonly began: Float64Array;
  readonly took: Float64Array;
}

export type FromChild =
  | { readonly type: 'ready' }
  | StrayErrorMessage
  | { readonly type: 'broken'; readonly error: WireError }
  | Exclude<WorkerMessage, { type: 'results' | 'rerun' | 'end' }>
  | (Extract<WorkerMessage, { type: 'end' }> & { readonly isSpoiled: boolean })
  | {
      readonly type: 'results';
      readonly results: unknown;
      readonly claimed: Claim;
      readonly ms: number;
      readonly times?: ClaimTimes;
      /** True if the child should be given no other claim; see `descriptors.ts`. */
      readonly isSpoiled: boolean;
    }
  | {
      readonly type: 'rerun';
      readonly indices: readonly number[];
      readonly claimed: Claim;
      readonly ms: number;
      readonly times?: ClaimTimes;
      readonly isSpoiled: boolean;
    };
