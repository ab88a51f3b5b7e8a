/** Ships the function to a real worker thread, calls it there, and gives its result. */
export function roundTrip<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result,
  ...args: Args
): Promise<Awaited<Result>>;
