const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
type Signal = keyof typeof NUMBERS;
const SIGNALS = Object.keys(NUMBERS) as Signal[];

/** Signals that ask the program to end, as an AbortSignal. */
export interface SignalWatch {
  readonly signal: AbortSignal;
  /** Ends the process as the signal that came would have; does nothing if none came. */
  die(): void;
}

/** Milliseconds for the work to clean up. The process ends after them, as the work may wait for ever. */
const PATIENCE_MS = 3000;

/** Has the first signal abort the work, which then cleans up. A second one ends the process at once. */
export function watchSignals(): SignalWatch {
  const controller = new AbortController();
  let caught: Signal | undefined;
  const onSignal = (signal: Signal) => {
    const code = 128 + NUMBERS[signal];
    if (caught !== undefined) process.exit(code);
    caught = signal;
    setTimeout(() => process.exit(code), PATIENCE_MS).unref();
    controller.abort(new Error(`ended by ${signal}`));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    die() {
      if (caught === undefined) return;
      // Shells end a script only if the signal itself ended the program.
      for (const signal of SIGNALS) process.off(signal, onSignal);
      if (process.platform === 'win32') process.exit(128 + NUMBERS[caught]);
      process.kill(process.pid, caught);
    },
  };
}
