import type { ReadProgress } from '../../files/index.js';
import { type ProgressReporter, reporterOf, type WorkProgress } from '../../progress/index.js';
import type { Phase, Progress } from '../progress.js';

/** The counts that are known when a phase begins. */
interface Totals {
  readonly groups?: number;
  readonly rows?: number;
  readonly bytes?: number;
}

const UNITS: { readonly [Each in Phase]: string } = {
  keys: 'parts searched for keys',
  read: 'parts read',
  spill: 'parts spilled',
  apply: 'groups',
};

/** Reports the phases of a call on groups of a data set, one after the other. */
export class DatasetProgress {
  readonly #verb: string;
  readonly #reporter: ProgressReporter | undefined;
  #phase: Phase = 'keys';
  #groups = Number.POSITIVE_INFINITY;
  #rows = Number.POSITIVE_INFINITY;

  constructor(verb: string, progress: boolean | ((progress: Progress) => void)) {
    this.#verb = verb;
    const work = { verb, unit: UNITS.keys, total: Number.POSITIVE_INFINITY };
    this.#reporter = reporterOf(progress, work, (report) => this.#toPublic(report));
  }

  begin(phase: Phase, total: number, { groups, rows, bytes }: Totals = {}): void {
    this.#phase = phase;
    this.#groups = groups ?? this.#groups;
    this.#rows = rows ?? this.#rows;
    const rowsTotal = phase === 'apply' ? rows : undefined;
    this.#reporter?.begin({ verb: this.#verb, unit: UNITS[phase], total, rowsTotal, bytesTotal: bytes });
  }

  update(done: number, rows = 0, bytes = 0): void {
    this.#reporter?.update(done, rows, bytes);
  }

  waitFor(what: string | undefined, isBlocking?: boolean): void {
    this.#reporter?.waitFor(what, isBlocking);
  }

  /** Returns a listener for the reading of all rows. */
  forReading(): (progress: ReadProgress) => void {
    let isReading = false;
    return ({ parts, partsTotal, rowsTotal }) => {
      if (!isReading) this.begin('read', partsTotal, { rows: rowsTotal });
      isReading = true;
      this.update(parts);
    };
  }

  end(isComplete: boolean): void {
    this.#reporter?.end(isComplete);
  }

  #toPublic({ done, rows, bytes, elapsedMs, isComplete }: WorkProgress): Progress {
    const phase = this.#phase;
    return {
      phase,
      groups: phase === 'apply' ? done : 0,
      groupsTotal: this.#groups,
      rows: rows?.done ?? 0,
      rowsTotal: this.#rows,
      ...(bytes && { bytes: bytes.done, bytesTotal: bytes.total }),
      elapsedMs,
      done: isComplete,
    };
  }
}
