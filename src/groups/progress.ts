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
  /** Input rows of all groups; `Infinity` where nobody knows them yet. */
  readonly rowsTotal: number;
  /** Milliseconds since the call began. */
  readonly elapsedMs: number;
  /** True once, in the last report of a call that succeeds. */
  readonly done: boolean;
  /**
   * How many workers run the groups; missing before they run, and in a call on groups of a data set. Without
   * `nJobs` it may be fewer than there are cores.
   */
  readonly workers?: number;
  /** The reason for that number, where this package chose it. */
  readonly workersBecause?: string;
  /**
   * The work that is under way, of a call on groups of a data set: it finds the keys, then reads all rows or
   * spills them to files, then applies the function.
   */
  readonly phase?: Phase;
  /** Bytes of rows that this phase has finished; of groups of a data set alone. */
  readonly bytes?: number;
  /** Bytes of rows that this phase has to do. */
  readonly bytesTotal?: number;
  /** Tasks of the cluster that are done, of a call on a remote frame alone. */
  readonly tasks?: number;
  /** All tasks of the call; `Infinity` until the cluster tells. */
  readonly tasksTotal?: number;
}

/** The phases of a call on groups of a data set. */
export type Phase = 'keys' | 'read' | 'spill' | 'apply';

/** The workers that run the groups of a call, once they are chosen. */
export interface Crew {
  workers?: number;
  workersBecause?: string;
}

/** The part of a call that its progress needs. */
interface ReportedCall {
  readonly verb: Verb;
  readonly options: { readonly progress: boolean | ((progress: Progress) => void) };
  readonly crew: Crew;
}

/** Takes the counts of finished groups. */
export type GroupProgress = Pick<ProgressReporter, 'update' | 'waitFor' | 'end'>;

/** Returns the rows of all groups: those of the table without a key are in none. */
export function rowsOf({ sizes }: GroupSource): number {
  let rows = 0;
  for (let group = 0; group < sizes.length; group++) rows += sizes[group];
  return rows;
}

/** Returns the call with a reporter of its progress, if one is wanted. */
export const withProgress = <C extends ReportedCall & { readonly progress?: unknown }>(call: C): C =>
  call.progress === undefined ? { ...call, progress: openReporterOf(call) } : call;

/** Returns the reporter of a call that does not know its groups yet. */
export function openReporterOf({ verb, options, crew }: ReportedCall): ProgressReporter | undefined {
  const { POSITIVE_INFINITY: total } = Number;
  const work = { ...workOf(verb), total, rowsTotal: total };
  return reporterOf(options.progress, work, (progress) => ({ ...toProgress(progress), ...crew }));
}

export const workOf = ({ name, unit }: Verb) => ({
  verb: name,
  unit: unit === 'batch' ? 'batches' : 'groups',
});

const toProgress = ({ done, total, rows, elapsedMs, isComplete }: WorkProgress): Progress => ({
  groups: done,
  groupsTotal: total,
  rows: rows?.done ?? 0,
  rowsTotal: rows?.total ?? 0,
  elapsedMs,
  done: isComplete,
});
