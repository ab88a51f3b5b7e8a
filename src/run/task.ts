import type { LoopEnd } from './claim-loop.js';
import type { WorkerDeath } from './death-kinds.js';
import type { TaskMessage, WorkerMessage } from './protocol.js';

/** The messages about a worker's progress; the others are about its end. */
export type ProgressMessage = Exclude<WorkerMessage, { type: 'dying' | 'end' }>;

/** The work of a worker in a pass. */
export type TaskParams = Omit<TaskMessage, 'port' | 'queueSize'>;

/** One worker's task in a pass. */
export interface Task {
  /** Resolves when the worker has left the task or has ended. */
  readonly end: Promise<LoopEnd | WorkerDeath>;
  /** True once the worker has left the task, or is ending; a kill does nothing then. */
  readonly isOver: boolean;
  /** Tells the worker that the job is over: it starts no further index, and the functions' signal aborts. */
  stop(): void;
  /** Ends the worker. Does nothing once the task is over: the worker may run another task by then. */
  kill(): void;
  /** Brings the worker's words in the job's control up to date, if the worker cannot write them itself. */
  refresh?(): void;
}

/** The workers of a process as a pass sees them. */
export interface WorkerLease {
  /** Starts a task on the next free worker. */
  start(params: TaskParams, onMessage: (message: ProgressMessage) => void): Task;
  /** Tells whether no worker has started yet. */
  isStarting(): boolean;
  /** Aborts when the workers end while a job still runs on them; the reason says why. */
  readonly ended: AbortSignal;
  /** Ends the workers for all jobs, because they cannot start. */
  readonly end: (reason: unknown) => Promise<void>;
}

/** Runs a job with at least `size` workers, that is a lease of them. */
export type WithWorkers = <T>(
  size: number,
  kernel: TaskParams['kernel'],
  job: (lease: WorkerLease) => Promise<T>,
) => Promise<T>;

/** How long functions may take to react to the aborted signal before their workers are ended. */
const GRACE_MS = 100;

/** Stops tasks, and kills those that are not over after {@link GRACE_MS}. */
export function endTasks(tasks: readonly Task[]): void {
  for (const task of tasks) task.stop();
  // Unreferenced: while a worker still runs, its open port keeps the process alive.
  setTimeout(() => {
    for (const task of tasks) task.kill();
  }, GRACE_MS).unref();
}
