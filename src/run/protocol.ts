import type { MessagePort } from 'node:worker_threads';
import type { Control } from './control.js';
import type { WireError } from './error-envelope.js';
import type { KernelSource } from './kernel.js';

/** The task a worker gets: one for each worker of a job, however many indices there are. */
export interface WorkTask {
  readonly kernel: KernelSource;
  readonly control: Control;
  readonly worker: number;
  readonly workers: number;
  readonly count: number;
  readonly weights: Int32Array;
  readonly order?: Int32Array;
  readonly batchSize?: number;
  /** Where {@link WorkerMessage}s go. The main thread closes it after `end`; if it closes before, the worker died. */
  readonly port: MessagePort;
}

export type WorkerMessage =
  | { readonly type: 'results'; readonly results: unknown }
  | { readonly type: 'failure'; readonly index: number; readonly error: WireError }
  /** The kernel could not be made here. */
  | { readonly type: 'broken'; readonly error: WireError }
  | { readonly type: 'end' };

/** The job is over for this worker: its functions' signal is aborted. */
export interface StopMessage {
  readonly type: 'stop';
}
