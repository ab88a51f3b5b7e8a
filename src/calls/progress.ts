import { type ProgressReporter, reporterOf, type WorkProgress } from '../progress/index.js';

/** How far calls have come. */
export interface CallProgress {
  /** Calls finished. */
  readonly calls: number;
  /** `Infinity` where the calls come from an iterable that has not ended yet. */
  readonly callsTotal: number;
  /** Milliseconds since the first call was taken. */
  readonly elapsedMs: number;
  /** True once, in the last report. */
  readonly done: boolean;
}

export function callReporterOf(
  progress: boolean | ((progress: CallProgress) => void),
  total: number,
): ProgressReporter | undefined {
  return reporterOf(progress, { verb: 'Parallel', unit: 'calls', total }, toCallProgress);
}

const toCallProgress = ({ done, total, elapsedMs, isComplete }: WorkProgress): CallProgress => ({
  calls: done,
  callsTotal: total,
  elapsedMs,
  done: isComplete,
});
