import { createDisplay, type ProgressDisplay } from '../progress/index.js';
import type { CallProgress } from './options.js';

const INTERVAL_MS = 100;

/** Counts calls that are done, and tells users of it: at most ten times a second, and once at the end. */
export class CallProgressReporter {
  readonly #started = performance.now();
  readonly #display: ProgressDisplay | undefined;
  readonly #report: (progress: CallProgress) => void;
  #total: number;
  #calls = 0;
  #last = Number.NEGATIVE_INFINITY;

  constructor(progress: true | ((progress: CallProgress) => void), total: number) {
    const display = progress === true ? createDisplay(process.stderr, 'Parallel', 'calls') : undefined;
    this.#display = display;
    this.#report = typeof progress === 'function' ? progress : (report) => display?.update(shown(report));
    this.#total = total;
  }

  add(): void {
    this.#calls++;
    if (performance.now() - this.#last < INTERVAL_MS) return;
    this.#last = performance.now();
    this.#send(false);
  }

  /** The last report, where all went well, and no more after it. */
  end(isComplete: boolean, total: number): void {
    this.#total = total;
    try {
      if (isComplete) this.#send(true);
    } finally {
      this.#display?.end();
    }
  }

  #send(done: boolean): void {
    const elapsedMs = performance.now() - this.#started;
    this.#report({ calls: this.#calls, callsTotal: this.#total, elapsedMs, done });
  }
}

/** Calls have no rows. */
const shown = ({ calls, callsTotal, elapsedMs, done }: CallProgress) => ({
  groups: calls,
  groupsTotal: callsTotal,
  rows: Number.NaN,
  rowsTotal: Number.NaN,
  elapsedMs,
  done,
});
