import { type Duration, toMilliseconds } from './duration.js';

/** The facts about a cached result that are known before it is read. */
export interface ResultMetadata {
  /** The time at which its computation started, as `Date.now()` counts. */
  readonly time: number;
  /** The milliseconds the computation took. */
  readonly duration: number;
  /** The function's name. */
  readonly function: string;
  /** The arguments, as short texts. */
  readonly inputArgs: readonly string[];
}

/**
 * Returns a `cacheValidationCallback` that accepts results until they are older than a length of time. Their
 * age counts from the start of the computation.
 *
 * The counterpart of `joblib.expires_after`.
 *
 * @param duration the sum of its parts, of which there must be one at least
 * @throws ApplyError `ERR_INVALID_OPTION`
 * @example
 * const memory = new Memory({ location: '/tmp/apply-parallel-example' });
 * const cacheValidationCallback = expiresAfter({ hours: 12 });
 * const price = memory.cache((item: string) => item.length, { cacheValidationCallback });
 * await price('apple') // 5
 */
export function expiresAfter(duration: Duration): (metadata: ResultMetadata) => boolean {
  const limit = toMilliseconds('expiresAfter', duration);
  return ({ time }) => Date.now() - time < limit;
}
