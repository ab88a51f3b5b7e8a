/** Who worked on each index, and when: for reports. Lies in shared memory; whoever runs an index last writes its places. */
export interface Journal {
  /** By {@link clock}; 0 for an index that was never begun. */
  readonly began: Float64Array;
  readonly took: Float64Array;
  readonly worker: Int32Array;
}

export function createJournal(count: number): Journal {
  return {
    began: new Float64Array(new SharedArrayBuffer(count * 8)),
    took: new Float64Array(new SharedArrayBuffer(count * 8)),
    worker: new Int32Array(new SharedArrayBuffer(count * 4)),
  };
}

export function noteBegin({ began, took, worker }: Journal, index: number, who: number, at: number): void {
  began[index] = at;
  took[index] = 0;
  worker[index] = who;
}

export function noteEnd({ began, took }: Journal, index: number, at: number): void {
  took[index] = at - began[index];
}
