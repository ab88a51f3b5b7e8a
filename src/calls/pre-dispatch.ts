/** joblib evaluates any arithmetic; people write a factor. */
const EXPRESSION = /^\s*(?:(\d+(?:\.\d+)?)\s*\*\s*)?(?:n_jobs|nJobs)(?:\s*\*\s*(\d+(?:\.\d+)?))?\s*$/;

/**
 * Returns how many batches the option `preDispatch` allows with so many workers; undefined for an invalid
 * one.
 */
export function parsePreDispatch(preDispatch: unknown, workers: number): number | undefined {
  if (preDispatch === 'all') return Number.POSITIVE_INFINITY;
  if (typeof preDispatch === 'number') return preDispatch > 0 ? preDispatch : undefined;
  if (typeof preDispatch !== 'string') return undefined;
  if (/^\s*\d+\s*$/.test(preDispatch)) return Number(preDispatch) || undefined;
  const [, before = 1, after = 1] = EXPRESSION.exec(preDispatch) ?? [undefined, 0];
  return Number(before) * Number(after) * workers || undefined;
}
