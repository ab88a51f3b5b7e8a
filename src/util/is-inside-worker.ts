const MARK = Symbol.for('apply-parallel.worker');
const holder = globalThis as { [MARK]?: boolean };

/** Says that this thread is one of the pool's. */
export function markWorker(): void {
  holder[MARK] = true;
}

/** Inside a worker further calls run inline: threads that start threads would multiply. */
export const isInsideWorker = (): boolean => holder[MARK] === true;
