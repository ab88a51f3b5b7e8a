import type { Segment } from '../../combine/index.js';
import type { GroupError } from '../../errors.js';
import { clock, createTimings, type Failure, type Timings } from '../../run/index.js';
import type { GroupSource } from '../group-source.js';
import { failedAttempt } from './failed-attempt.js';
import type { RunRecord } from './run-record.js';
import type { FailedAttempt, Report } from './types.js';

/** Records a call for its report; does nothing without the option `report`. */
export class CallRecord implements RunRecord {
  /** Memory in which workers note what they do. */
  readonly timings: Timings | undefined;
  readonly #source: GroupSource;
  #workers: number;
  #why: string | undefined;
  readonly #report: ((report: Report) => void) | undefined;
  readonly #began: number;
  readonly #stages = { split: 0, apply: 0, combine: 0 };
  readonly #rowsOut: Int32Array;
  readonly #retried: FailedAttempt[] = [];
  #last: number;

  /** @param began when the split began, by {@link clock} */
  constructor(
    source: GroupSource,
    workers: number,
    report: ((report: Report) => void) | undefined,
    began: number,
  ) {
    this.#began = began;
    this.#last = began;
    this.#source = source;
    this.#workers = workers;
    this.#report = report;
    this.timings = report && createTimings(source.count);
    this.#rowsOut = new Int32Array(report ? source.count : 0);
  }

  /** Notes the end of a stage. */
  lap(stage: keyof Report['stages']): void {
    const now = clock();
    this.#stages[stage] = now - this.#last;
    this.#last = now;
  }

  /** Notes the rows of results. */
  count({ first, counts }: Segment): void {
    if (this.timings) this.#rowsOut.set(counts, first);
  }

  /** Notes how many workers run the groups. */
  chose(workers: number, why: string | undefined): void {
    this.#workers = workers;
    this.#why = why;
  }

  /** Notes a failed attempt of a group that is to run again. */
  retry(failure: Failure, error: GroupError): void {
    if (this.timings) this.#retried.push(failedAttempt(this.timings, failure, error, this.#began));
  }

  /** Returns the record of a run of some groups of the call: `count` of them from group `first` on. */
  ofGroups(first: number, count: number): RunRecord {
    const end = first + count;
    const { timings } = this;
    return {
      timings: timings && {
        began: timings.began.subarray(first, end),
        took: timings.took.subarray(first, end),
        worker: timings.worker.subarray(first, end),
      },
      retry: (failure, error) => this.retry({ ...failure, index: failure.index + first }, error),
    };
  }

  async send(failed: readonly GroupError[], cached = 0): Promise<void> {
    if (this.#report === undefined || this.timings === undefined) return;
    // Imported only when it is wanted: most calls have no report.
    const { CallReport } = await import('./call-report.js');
    this.#report(
      new CallReport({
        source: this.#source,
        began: this.#began,
        elapsedMs: this.#last - this.#began,
        workers: this.#workers,
        workersBecause: this.#why,
        stages: this.#stages,
        timings: this.timings,
        rowsOut: this.#rowsOut,
        failed,
        retried: this.#retried,
        cached,
      }),
    );
  }
}
