import { type ProgressReporter, reporterOf, type WorkProgress } from '../progress/index.js';
import type { GroupSource } from './group-source.js';

/** How far a call has come. Counts are of this call alone. */
export interface Progress {
  /** Groups finished, failed ones included. */
  readonly groups: number;
  readonly groupsTotal: number;
  /** Input rows of the finished groups. */
  readonly rows: number;
  readonly rowsTotal: number;
  /** Milliseconds since the call began. */
  readonly elapsedMs: number;
  /** True once, in the last report of a call that succeeds. */
  readonly done: boolean;
}

export function groupReporterOf(
  progress: boolean | ((progress: Progress) => void),
  verb: string,
  { count, sizes }: GroupSource,
): ProgressReporter | undefined {
  // Not the table's rows: those without a key are in no group.
  const rowsTotal = sizes.reduce((sum, size) => sum + size, 0);
  const work = { verb, unit: 'groups', total: count, rowsTotal };
  return reporterOf(progress, work, toProgress);
}

const toProgress = ({ done, total, rows, elapsedMs, isComplete }: WorkProgress): Progress => ({
  groups: done,
  groupsTotal: total,
  rows: rows?.done ?? 0,
  rowsTotal: rows?.total ?? 0,
  elapsedMs,
  done: isComplete,
});
