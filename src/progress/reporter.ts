import { createDisplay } from './display.js';
import type { ProgressDisplay, WorkProgress } from './types.js';

const INTERVAL_MS = 100;

/** The work that a reporter counts. */
export interface ReportedWork {
  /** The public function's name, which begins the lines of a log. */
  readonly verb: string;
  readonly unit: string;
  /** `Infinity` where it is not known yet. */
  readonly total: number;
  /** Missing where the items have no rows. */
  readonly rowsTotal?: number;
  /** Missing where nobody counts bytes. */
  readonly bytesTotal?: number;
}

/** Turns counts into reports: ten a second at most, and one at the end. */
export class ProgressReporter {
  readonly #started = performance.now();
  #work: ReportedWork;
  readonly #listener: ((progress: WorkProgress) => void) | undefined;
  readonly #display: ProgressDisplay | undefined;
  #last = Number.NEGATIVE_INFINITY;
  #done = 0;
  #rows = 0;
  #bytes = 0;
  #beforeMs = 0;
  #waitsFor: string | undefined;

  /** Sends the reports to `listener`, or to a display on stderr without one. */
  constructor(work: ReportedWork, listener?: (progress: WorkProgress) => void) {
    this.#work = work;
    this.#listener = listener;
    this.#display = listener ? undefined : createDisplay(process.stderr, work.verb);
  }

  /** Goes on with work of another kind, which is counted from 0. */
  begin(work: ReportedWork): void {
    this.#work = work;
    this.#done = 0;
    this.#rows = 0;
    this.#bytes = 0;
    this.#beforeMs = performance.now() - this.#started;
    this.#waitsFor = undefined;
  }

  /**
   * Has a display say what the work waits for, until an item is done; listeners are not told.
   *
   * @param isBlocking whether this thread will be too busy to draw later
   */
  waitFor(what: string | undefined, isBlocking = false): void {
    if (this.#done > 0) return;
    if (what === undefined) {
      // The time that is left is told by the items alone.
      if (this.#waitsFor !== undefined) this.#beforeMs = performance.now() - this.#started;
      this.#waitsFor = undefined;
      return;
    }
    this.#waitsFor = what;
    this.#display?.update({ ...this.#progress(false, this.#work.total), isBlocking });
  }

  /** Counts one more item. */
  increment(): void {
    this.update(this.#done + 1);
  }

  /** Sets the counts. They never fall, although items that are run again count as not done meanwhile. */
  update(done: number, rows = 0, bytes = 0): void {
    this.#done = Math.max(done, this.#done);
    this.#rows = Math.max(rows, this.#rows);
    this.#bytes = Math.max(bytes, this.#bytes);
    if (this.#done > 0) this.#waitsFor = undefined;
    const now = performance.now();
    if (now - this.#last < INTERVAL_MS) return;
    this.#last = now;
    this.#report(false, this.#work.total);
  }

  /** Sends the last report if the work is complete, and closes the display. */
  end(isComplete: boolean, total = this.#work.total): void {
    try {
      if (isComplete) this.#report(true, total);
    } finally {
      this.#display?.end();
    }
  }

  #report(isComplete: boolean, total: number): void {
    const progress = this.#progress(isComplete, total);
    this.#listener?.(progress);
    this.#display?.update(progress);
  }

  #progress(isComplete: boolean, total: number): WorkProgress {
    const { unit, rowsTotal, bytesTotal } = this.#work;
    const rows = rowsTotal === undefined ? undefined : { done: this.#rows, total: rowsTotal };
    const bytes = bytesTotal === undefined ? {} : { bytes: { done: this.#bytes, total: bytesTotal } };
    const before = this.#beforeMs === 0 ? {} : { beforeMs: this.#beforeMs };
    const waits = this.#waitsFor === undefined || isComplete ? {} : { waitsFor: this.#waitsFor };
    const elapsedMs = performance.now() - this.#started;
    return { unit, done: this.#done, total, rows, elapsedMs, isComplete, ...bytes, ...before, ...waits };
  }
}

/**
 * Returns the reporter that the option `progress` asks for; `toPublic` makes reports what the user's function
 * gets.
 */
export function reporterOf<P>(
  progress: boolean | ((progress: P) => void),
  work: ReportedWork,
  toPublic: (progress: WorkProgress) => P,
): ProgressReporter | undefined {
  if (progress === false) return undefined;
  return new ProgressReporter(work, progress === true ? undefined : (report) => progress(toPublic(report)));
}
