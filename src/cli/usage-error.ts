/**
 * A mistake in the command line itself: its message is shown with a hint at `--help`, and the program exits
 * with 2.
 */
export class UsageError extends Error {
  static {
    UsageError.prototype.name = 'UsageError';
  }
}
