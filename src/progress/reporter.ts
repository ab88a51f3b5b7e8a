import { createDisplay } from './display.js';
import type { WorkProgress } from './types.js';

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
  readonly #send: (progress: WorkProgress) => void;
  readonly #close: () => void;
  #last = Number.NEGATIVE_INFINITY;
  #done = 0;
  #rows = 0;
  #bytes = 0;
  #beforeMs = 0;

  /** Sends the reports to `listener`, or to a display on stderr without one. */
  constructor(work: ReportedWork, listener?: (progress: WorkProgress) => void) {
    const display = listener ? undefined : createDisplay(process.stderr, work.verb);
    this.#work = work;
    this.#send = listener ?? ((progress) => display?.update(progress));
    this.#close = () => display?.end();
  }

  /** Goes on with work of another kind, which is counted from 0. */
  begin(work: ReportedWork): void {
    this.#work = work;
    this.#done = 0;
    this.#rows = 0;
    this.#bytes = 0;
    this.#beforeMs = performance.now() - this.#started;
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
      this.#close();
    }
  }

  #report(isComplete: boolean, total: number): void {
    const { unit, rowsTotal, bytesTotal } = this.#work;
    const rows = rowsTotal === undefined ? undefined : { done: this.#rows, total: rowsTotal };
    const bytes = bytesTotal === undefined ? {} : { bytes: { done: this.#bytes, total: bytesTotal } };
    const before = this.#beforeMs === 0 ? {} : { beforeMs: this.#beforeMs };
    const elapsedMs = performance.now() - this.#started;
    this.#send({ unit, done: this.#done, total, rows, elapsedMs, isComplete, ...bytes, ...before });
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
