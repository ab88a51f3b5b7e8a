import type { MessagePort } from 'node:worker_threads';
import type { WireError } from '../values/index.js';
import type { LoopEnd, Part } from './claim-loop.js';
import type { Claim } from './job-control.js';
import type { KernelSource } from './kernel.js';

/** The task a worker gets: one for each worker of a job, however many indices there are. */
export interface TaskMessage extends Part {
  readonly kernel: KernelSource;
  /** Not 0 while another job's task waits for a worker. */
  readonly queue: Int32Array;
  /** Where {@link WorkerMessage}s go. The main thread closes it after `end`; if it closes before, the worker died. */
  readonly port: MessagePort;
}

export type WorkerMessage =
  /** What came of a claim. */
  | { readonly type: 'results'; readonly results: unknown; readonly claimed: Claim }
  /** What came of it cannot be sent: these indices are to be run again, one by one. */
  | { readonly type: 'undone'; readonly indices: readonly number[]; readonly claimed: Claim }
  | { readonly type: 'failure'; readonly index: number; readonly error: WireError }
  /** Something threw that an index left behind when it returned. */
  | { readonly type: 'late'; readonly index: number; readonly error: WireError }
  /** The kernel could not be made here. */
  | { readonly type: 'broken'; readonly error: WireError }
  /** The thread is about to end, `error` being the reason if it is one; `isGuilty` says whether the index it works on is to blame. */
  | { readonly type: 'dying'; readonly error?: WireError; readonly isGuilty: boolean }
  | { readonly type: 'end'; readonly why: LoopEnd };

/** The job is over for this worker: its functions' signal is aborted. */
export interface StopMessage {
  readonly type: 'stop';
}

/** Something threw that no running job is to blame for: what an earlier one left behind. Goes to the pool. */
export interface StrayMessage {
  readonly type: 'stray';
  readonly error: WireError;
}
