import type { Progress } from '../progress/index.js';
import { createDisplay, type ProgressDisplay } from '../progress/index.js';
import type { JobProgress } from '../run/index.js';
import type { GroupSource } from './group-source.js';

const INTERVAL_MS = 100;

/** Turns a job's counters into the progress users see: at most ten times a second, and once at the end. */
export class ProgressReporter {
  readonly #started = performance.now();
  readonly #display: ProgressDisplay | undefined;
  readonly #report: (progress: Progress) => void;
  readonly #totals: { readonly groupsTotal: number; readonly rowsTotal: number };
  #last = Number.NEGATIVE_INFINITY;
  #done: JobProgress = { count: 0, weight: 0 };

  constructor(progress: true | ((progress: Progress) => void), { count, sizes }: GroupSource) {
    const display = progress === true ? createDisplay() : undefined;
    this.#display = display;
    this.#report = typeof progress === 'function' ? progress : (report) => display?.update(report);
    this.#totals = { groupsTotal: count, rowsTotal: sizes.reduce((sum, size) => sum + size, 0) };
  }

  report({ count, weight }: JobProgress): void {
    // Groups that are run again, after the death of their worker, count as not done; progress does not go back for that.
    this.#done = { count: Math.max(count, this.#done.count), weight: Math.max(weight, this.#done.weight) };
    if (performance.now() - this.#last < INTERVAL_MS) return;
    this.#last = performance.now();
    this.#send(false);
  }

  /** The last report, where the job came to its end, and no more after it. */
  end(complete: boolean): void {
    try {
      if (complete) this.#send(true);
    } finally {
      this.#display?.end();
    }
  }

  #send(done: boolean): void {
    const { count: groups, weight: rows } = this.#done;
    this.#report({ groups, rows, ...this.#totals, elapsedMs: performance.now() - this.#started, done });
  }
}
