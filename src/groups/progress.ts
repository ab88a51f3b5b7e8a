import { type ProgressReporter, reporterOf, type WorkProgress } from '../progress/index.js';
import type { GroupSource } from './group-source.js';
import type { Verb } from './verb.js';

/** How far a call has come. Counts are of this call alone. */
export interface Progress {
  /** Groups finished, failed ones included. Batches count as groups. */
  readonly groups: number;
  /** `Infinity` where the batches come from an iterable that has not ended yet. */
  readonly groupsTotal: number;
  /** Input rows of the finished groups. */
  readonly rows: number;
  readonly rowsTotal: number;
  /** Milliseconds since the call began. */
  readonly elapsedMs: number;
  /** True once, in the last report of a call that succeeds. */
  readonly done: boolean;
}

/** The part of a call that its progress needs. */
interface ReportedCall {
  readonly verb: Verb;
  readonly options: { readonly progress: boolean | ((progress: Progress) => void) };
}

export function groupReporterOf({
  source,
  verb,
  options,
}: ReportedCall & { readonly source: GroupSource }): ProgressReporter | undefined {
  // Not the table's rows: those without a key are in no group.
  const rowsTotal = source.sizes.reduce((sum, size) => sum + size, 0);
  return reporterOf(options.progress, { ...workOf(verb), total: source.count, rowsTotal }, toProgress);
}

/** Returns the reporter of a call that does not know its groups beforehand. */
export function openReporterOf({ verb, options }: ReportedCall): ProgressReporter | undefined {
  const { POSITIVE_INFINITY: total } = Number;
  return reporterOf(options.progress, { ...workOf(verb), total, rowsTotal: total }, toProgress);
}

const workOf = ({ name, unit }: Verb) => ({ verb: name, unit: unit === 'batch' ? 'batches' : 'groups' });

const toProgress = ({ done, total, rows, elapsedMs, isComplete }: WorkProgress): Progress => ({
  groups: done,
  groupsTotal: total,
  rows: rows?.done ?? 0,
  rowsTotal: rows?.total ?? 0,
  elapsedMs,
  done: isComplete,
});
