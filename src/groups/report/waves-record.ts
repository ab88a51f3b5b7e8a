import type { GroupError } from '../../errors.js';
import { clock, createTimings, type Timings } from '../../run/index.js';
import type { GroupSource } from '../group-source.js';
import { failedAttempt } from './failed-attempt.js';
import type { RunRecord } from './run-record.js';
import type { FailedAttempt, Report } from './types.js';

/** A wave of the batches of a call. */
interface Wave {
  readonly first: number;
  readonly sizes: Int32Array;
  readonly timings: Timings;
}

/** Records a call whose batches come in waves, for its report; does nothing without the option `report`. */
export class WavesRecord {
  readonly #report: ((report: Report) => void) | undefined;
  readonly #began = clock();
  readonly #waves: Wave[] = [];
  readonly #results: { readonly first: number; readonly counts: Int32Array }[] = [];
  readonly #failed: GroupError[] = [];
  readonly #retried: FailedAttempt[] = [];
  #cached = 0;
  #workers = 1;
  #why: string | undefined;
  #firstWave: number | undefined;
  #applied = 0;

  constructor(report: ((report: Report) => void) | undefined) {
    this.#report = report;
  }

  /** Returns the record of the next wave, whose first batch has the number `first`. */
  ofWave(first: number, { count, sizes }: Pick<GroupSource, 'count' | 'sizes'>): RunRecord {
    if (this.#report === undefined) return { timings: undefined, retry() {} };
    this.#firstWave ??= clock();
    const timings = createTimings(count);
    this.#waves.push({ first, sizes, timings });
    return {
      timings,
      retry: (failure, error) => {
        const attempt = failedAttempt(timings, failure, error, this.#began);
        this.#retried.push({ ...attempt, index: attempt.index + first });
      },
      chose: (workers, why) => {
        // Waves of few batches have fewer workers than the call.
        if (workers <= this.#workers && this.#why !== undefined) return;
        this.#workers = Math.max(this.#workers, workers);
        this.#why = why;
      },
    };
  }

  /** Notes the end of a wave. */
  ended(failed: readonly GroupError[], cached: number): void {
    if (this.#report === undefined) return;
    this.#failed.push(...failed);
    this.#cached += cached;
  }

  /** Notes the rows of results. */
  count({ first, counts }: { readonly first: number; readonly counts: Int32Array }): void {
    if (this.#report) this.#results.push({ first, counts });
  }

  /** Notes that all batches have run; what follows is joining. */
  lapApply(): void {
    this.#applied = clock();
  }

  /** Sends the report, when the call has succeeded. */
  async send(): Promise<void> {
    if (this.#report === undefined) return;
    const now = clock();
    const began = this.#began;
    const firstWave = this.#firstWave ?? now;
    const applied = Math.max(this.#applied || now, firstWave);
    const waves = [...this.#waves].sort((a, b) => a.first - b.first);
    const sizes = joined(waves.map((wave) => wave.sizes));
    const timings = joinedTimings(waves.map((wave) => wave.timings));
    const lanes = toLanes(timings);
    const rowsOut = new Int32Array(sizes.length);
    for (const { first, counts } of this.#results) rowsOut.set(counts, first);
    const { CallReport } = await import('./call-report.js');
    this.#report(
      new CallReport({
        source: { count: sizes.length, sizes, key: (batch) => batch },
        began,
        elapsedMs: now - began,
        workers: Math.max(this.#workers, lanes),
        workersBecause: this.#why,
        stages: { split: firstWave - began, apply: applied - firstWave, combine: now - applied },
        timings,
        rowsOut,
        failed: this.#failed.sort((a, b) => a.index - b.index),
        retried: this.#retried,
        cached: this.#cached,
      }),
    );
  }
}

/**
 * Gives runs that overlap different workers, and returns how many there are. Waves overlap, and each counts
 * its workers from 0.
 */
function toLanes({ began, took, worker }: Timings): number {
  const ends: number[] = [];
  const order = Int32Array.from(began, (_, k) => k).sort((a, b) => began[a] - began[b]);
  for (const k of order) {
    // A batch from the cache did not run.
    if (began[k] === 0) continue;
    const isFree = (lane: number) => (ends[lane] ?? 0) <= began[k];
    let lane = worker[k];
    if (!isFree(lane)) {
      lane = 0;
      while (!isFree(lane)) lane++;
    }
    ends[lane] = began[k] + took[k];
    worker[k] = lane;
  }
  return ends.length;
}

const joinedTimings = (all: readonly Timings[]): Timings => ({
  began: Float64Array.from(all.flatMap(({ began }) => [...began])),
  took: Float64Array.from(all.flatMap(({ took }) => [...took])),
  worker: joined(all.map(({ worker }) => worker)),
});

const joined = (all: readonly Int32Array[]): Int32Array =>
  Int32Array.from(all.flatMap((values) => [...values]));
