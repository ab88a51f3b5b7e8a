import type { Rule } from './rules.js';

/** The option `retries` in full. */
export interface RetryOptions {
  /** How often at most. */
  count: number;
  /**
   * Milliseconds before each further attempt.
   * @default 0
   */
  delay?: number;
}

/** {@link RetryOptions} with every default filled in. */
export interface ResolvedRetries {
  readonly count: number;
  readonly delay: number;
}

/** More attempts are a mistake; workers count them in 32-bit words. */
const MOST_RETRIES = 1_000_000;

export const retriesRule: Rule = [
  isRetries,
  'a whole number from 0 to 1,000,000, or { count, delay } with the delay in milliseconds',
];

function isRetries(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return isCount(value);
  const { count, delay = 0, ...others } = value as Partial<RetryOptions>;
  const isDelay = typeof delay === 'number' && delay >= 0 && delay < Number.POSITIVE_INFINITY;
  return isCount(count) && isDelay && Object.keys(others).length === 0;
}

const isCount = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_RETRIES;

/** Returns a checked option in full; undefined if nothing runs again. */
export function resolveRetries(retries: number | RetryOptions = 0): ResolvedRetries | undefined {
  const { count, delay = 0 } = typeof retries === 'number' ? { count: retries } : retries;
  return count === 0 ? undefined : { count, delay };
}
