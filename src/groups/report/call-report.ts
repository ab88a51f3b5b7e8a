import type { GroupError } from '../../errors.js';
import type { Timings } from '../../run/index.js';
import type { GroupSource } from '../group-source.js';
import { describeReport } from './describe.js';
import { drawTimeline } from './timeline.js';
import type { FailedAttempt, GroupRun, Report } from './types.js';

interface Notes {
  readonly source: Pick<GroupSource, 'count' | 'sizes' | 'key'>;
  /** The time of {@link clock}. */
  readonly began: number;
  readonly elapsedMs: number;
  readonly workers: number;
  readonly workersBecause?: string;
  readonly stages: Report['stages'];
  readonly timings: Timings;
  readonly rowsOut: Int32Array;
  readonly failed: readonly GroupError[];
  readonly retried: readonly FailedAttempt[];
  readonly cached: number;
}

/** A {@link Report} that makes its lists when they are read. */
export class CallReport implements Report {
  readonly groups: number;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly workers: number;
  readonly workersBecause?: string;
  readonly elapsedMs: number;
  readonly stages: Report['stages'];
  readonly failed: readonly GroupError[];
  readonly retried: readonly FailedAttempt[];
  readonly cached: number;
  readonly #notes: Notes;
  #timeline: readonly GroupRun[] | undefined;

  constructor(notes: Notes) {
    this.groups = notes.source.count;
    this.rowsIn = sum(notes.source.sizes);
    this.rowsOut = sum(notes.rowsOut);
    this.workers = notes.workers;
    if (notes.workersBecause !== undefined) this.workersBecause = notes.workersBecause;
    this.elapsedMs = notes.elapsedMs;
    this.stages = notes.stages;
    this.failed = notes.failed;
    this.retried = notes.retried;
    this.cached = notes.cached;
    this.#notes = notes;
  }

  get timeline(): readonly GroupRun[] {
    this.#timeline ??= this.#listRuns();
    return this.#timeline;
  }

  get busy(): readonly number[] {
    const { worker, took } = this.#notes.timings;
    const times = new Float64Array(this.workers);
    for (let index = 0; index < worker.length; index++) times[worker[index]] += took[index];
    for (const attempt of this.retried) times[attempt.worker] += attempt.time;
    const { apply } = this.stages;
    return Array.from(times, (time) => (apply > 0 ? Math.min(1, time / apply) : 0));
  }

  toSVG(): string {
    return drawTimeline(this);
  }

  toString(): string {
    return describeReport(this);
  }

  #listRuns(): GroupRun[] {
    const { source, began, timings, rowsOut, failed, retried } = this.#notes;
    const attempts = new Int32Array(this.groups);
    for (let index = 0; index < this.groups; index++) attempts[index] = timings.began[index] > 0 ? 1 : 0;
    for (const { index } of retried) attempts[index]++;
    const failures = new Set(failed.map(({ index }) => index));
    return Array.from({ length: this.groups }, (_, index) => ({
      key: source.key(index),
      index,
      worker: timings.worker[index],
      start: timings.began[index] > 0 ? timings.began[index] - began : this.stages.split,
      time: timings.took[index],
      rowsIn: source.sizes[index],
      rowsOut: rowsOut[index],
      failed: failures.has(index),
      attempts: attempts[index],
    }));
  }
}

function sum(values: Int32Array): number {
  let total = 0;
  for (let k = 0; k < values.length; k++) total += values[k];
  return total;
}
