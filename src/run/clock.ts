/** Returns milliseconds on a monotonic clock that all threads share, unlike that of `performance.now()`. */
export const clock = (): number => Number(process.hrtime.bigint()) / 1e6;
