import type { GroupSource } from './group-source.js';
import type { Progress } from './options.js';
import { createDisplay, type ProgressDisplay } from './progress/index.js';
import type { JobProgress } from './run/index.js';

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

  report(done: JobProgress): void {
    this.#done = done;
    if (performance.now() - this.#last < INTERVAL_MS) return;
    this.#last = performance.now();
    this.#send(false);
  }

  /** The last report, where the job came to its end, and no more after it. */
  end(complete: boolean): void {
    if (complete) this.#send(true);
    this.#display?.end();
  }

  #send(done: boolean): void {
    const { count: groups, weight: rows } = this.#done;
    this.#report({ groups, rows, ...this.#totals, elapsedMs: performance.now() - this.#started, done });
  }
}
