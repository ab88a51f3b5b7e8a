import type { MessagePort } from 'node:worker_threads';
import type { WireError } from '../values/index.js';
import type { LoopEnd, LoopParams } from './claim-loop.js';
import type { Claim } from './job-control.js';
import type { KernelName, KernelSource } from './kernel.js';
import type { LoggedBytes } from './worker-logs.js';

/** The message that starts a task: one for each worker of a pass, however many indices there are. */
export interface TaskMessage extends LoopParams {
  readonly kernel: KernelSource;
  /** {@link PoolLease.queueSize} */
  readonly queueSize: Int32Array;
  /** Carries {@link WorkerMessage}s. Closed by the main thread after `end`, or earlier if the worker dies. */
  readonly port: MessagePort;
}

export type WorkerMessage =
  /** The results of a claim. */
  | { readonly type: 'results'; readonly results: unknown; readonly claimed: Claim }
  /** The results of a claim cannot be sent: these of its indices have to run again, one by one. */
  | { readonly type: 'rerun'; readonly indices: readonly number[]; readonly claimed: Claim }
  | { readonly type: 'failure'; readonly index: number; readonly error: WireError }
  /** An index that had returned left something behind, and that threw. */
  | { readonly type: 'late'; readonly index: number; readonly error: WireError }
  /** The worker could not load the kernel, or the loop itself failed. */
  | { readonly type: 'broken'; readonly error: WireError }
  /** The thread is about to end, because of `error` if there is one. */
  | { readonly type: 'dying'; readonly error?: WireError; readonly isIndexToBlame: boolean }
  | { readonly type: 'end'; readonly why: LoopEnd; readonly logs?: LoggedBytes };

/** Tells a worker that its job is over: the signal of its functions is aborted. */
export interface StopMessage {
  readonly type: 'stop';
}

/** The task that loads a kernel ahead of its first job. */
export interface LoadMessage {
  readonly load: KernelName;
}

/** The kernel of a thread's first job, with which the thread starts. */
export interface FirstKernel extends KernelName {
  /** Shared memory. A thread of a pool adds 1 when it has loaded what its first job needs. */
  readonly loaded?: Int32Array;
}

/** Tells the pool of an uncaught error that belongs to no running job: a job before left something behind. */
export interface StrayErrorMessage {
  readonly type: 'stray-error';
  readonly error: WireError;
}
