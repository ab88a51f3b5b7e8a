/**
 * Records which worker ran each index, and when, for reports. Lies in shared memory; if an index runs again,
 * the last run overwrites the ones before.
 */
export interface Timings {
  /** Start times by {@link clock}; 0 for an index that never started. */
  readonly began: Float64Array;
  /** Run times in milliseconds. */
  readonly took: Float64Array;
  readonly worker: Int32Array;
}

export function createTimings(count: number): Timings {
  return {
    began: new Float64Array(new SharedArrayBuffer(count * 8)),
    took: new Float64Array(new SharedArrayBuffer(count * 8)),
    worker: new Int32Array(new SharedArrayBuffer(count * 4)),
  };
}

export function recordStart({ began, took, worker }: Timings, index: number, who: number, at: number): void {
  began[index] = at;
  took[index] = 0;
  worker[index] = who;
}

export function recordEnd({ began, took }: Timings, index: number, at: number): void {
  took[index] = at - began[index];
}
