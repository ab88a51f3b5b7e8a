const MARK = Symbol.for('apply-parallel.worker');
const holder = globalThis as { [MARK]?: boolean };

/** Marks this thread as a worker of the pool. */
export function markWorker(): void {
  holder[MARK] = true;
}

/** Returns true in a worker. Calls run inline there, because threads that start threads would multiply. */
export const isInsideWorker = (): boolean => holder[MARK] === true;
