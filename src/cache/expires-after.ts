import { type Duration, toMilliseconds } from './duration.js';

/** What is known of a cached result before it is read. */
export interface ResultMetadata {
  /** When it was computed, in milliseconds as `Date.now()` counts. */
  readonly time: number;
  /** How many milliseconds that took. */
  readonly duration: number;
  /** The function's name. */
  readonly function: string;
  /** The arguments, as a message would show them. */
  readonly inputArgs: readonly string[];
}

/**
 * A `cacheValidationCallback` under which results are computed again once they are older than a length of time.
 *
 * The counterpart of `joblib.expires_after`.
 *
 * @param duration parts of any size, at least one, added up
 * @throws ApplyError `ERR_INVALID_OPTION`
 * @example
 * const memory = new Memory({ location: '/tmp/apply-parallel-example' });
 * const price = memory.cache((item: string) => item.length, { cacheValidationCallback: expiresAfter({ hours: 12 }) });
 * await price('apple') // 5
 */
export function expiresAfter(duration: Duration): (metadata: ResultMetadata) => boolean {
  const limit = toMilliseconds('expiresAfter', duration);
  return ({ time }) => Date.now() - time < limit;
}
