/** Milliseconds by the one clock that all threads share and nobody sets: `performance.now()` counts from the start of its own thread. */
export const clock = (): number => Number(process.hrtime.bigint()) / 1e6;
