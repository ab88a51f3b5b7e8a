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
}

/** Turns counts into reports: ten a second at most, and one at the end. */
export class ProgressReporter {
  readonly #started = performance.now();
  readonly #work: ReportedWork;
  readonly #send: (progress: WorkProgress) => void;
  readonly #close: () => void;
  #last = Number.NEGATIVE_INFINITY;
  #done = 0;
  #rows = 0;

  /** Sends the reports to `listener`, or to a display on stderr without one. */
  constructor(work: ReportedWork, listener?: (progress: WorkProgress) => void) {
    const display = listener ? undefined : createDisplay(process.stderr, work.verb);
    this.#work = work;
    this.#send = listener ?? ((progress) => display?.update(progress));
    this.#close = () => display?.end();
  }

  /** Counts one more item. */
  increment(): void {
    this.update(this.#done + 1);
  }

  /** Sets the counts. They never fall, although items that are run again count as not done meanwhile. */
  update(done: number, rows = 0): void {
    this.#done = Math.max(done, this.#done);
    this.#rows = Math.max(rows, this.#rows);
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
    const { unit, rowsTotal } = this.#work;
    const rows = rowsTotal === undefined ? undefined : { done: this.#rows, total: rowsTotal };
    const elapsedMs = performance.now() - this.#started;
    this.#send({ unit, done: this.#done, total, rows, elapsedMs, isComplete });
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
