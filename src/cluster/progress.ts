import type { ExecutePlanResponse_ExecutionProgress } from './proto/index.js';

/** A stage of a run on the cluster. */
export interface StageProgress {
  readonly id: number;
  readonly tasks: { readonly done: number; readonly total: number };
  /** Bytes that its tasks have read. */
  readonly bytesRead: number;
  readonly isDone: boolean;
}

/** How far a run on the cluster has come, as the server reports it. */
export interface RunProgress {
  readonly stages: readonly StageProgress[];
  /** The tasks of all stages that have begun. */
  readonly tasks: { readonly done: number; readonly total: number; readonly running: number };
}

/** Reads a report of the server; it lists all stages that have begun. */
export function readProgress(report: ExecutePlanResponse_ExecutionProgress): RunProgress {
  const stages = report.stages.map((stage) => ({
    id: Number(stage.stageId),
    tasks: { done: Number(stage.numCompletedTasks), total: Number(stage.numTasks) },
    bytesRead: Number(stage.inputBytesRead),
    isDone: stage.done,
  }));
  const sum = (of: 'done' | 'total') => stages.reduce((sum, { tasks }) => sum + tasks[of], 0);
  return {
    stages,
    tasks: { done: sum('done'), total: sum('total'), running: Number(report.numInflightTasks) },
  };
}
