/** A function that carries fewer bytes costs too little to look for. */
const LARGE_BYTES = 256 * 1024;
/** Large functions of one name before the warning. */
const MANY_FUNCTIONS = 8;

let hasWarned = false;

/**
 * Finds functions that are made anew for each call, and carry what they capture, or have bound, each time:
 * unlike arguments, these cannot be sent once.
 */
export class RepeatedCaptures {
  readonly #counts = new Map<string, number>();

  /** Counts a function that is sent, and warns, once in a program, of many large ones. */
  count(name: string, bytes: number): void {
    if (hasWarned || bytes < LARGE_BYTES) return;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    if (count < MANY_FUNCTIONS) return;
    hasWarned = true;
    process.emitWarning(
      `Many calls have each a new function ${name ? `'${name}'` : 'without a name'} that carries ` +
        `${Math.round(bytes / 1024)} KB of what it captured, and that is copied for each of them.`,
      {
        code: 'APPLY_PARALLEL_REPEATED_CAPTURE',
        detail:
          'Make the function once, outside of the loop, so that workers get what it captures once, and pass ' +
          'what differs from call to call as arguments.',
      },
    );
  }
}
