const units: { readonly [unit: string]: number } = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/**
 * Returns the bytes that a number or a text like '100M' stands for; Infinity for null, undefined if it is no
 * size.
 */
export function parseBytes(size: unknown): number | undefined {
  if (size === null) return Number.POSITIVE_INFINITY;
  if (typeof size === 'number') return size >= 0 ? size : undefined;
  if (typeof size !== 'string') return undefined;
  const [, count, unit] = /^(\d+(?:\.\d+)?)\s*([KMG]?)B?$/i.exec(size) ?? [];
  return count === undefined ? undefined : Number(count) * units[unit.toUpperCase()];
}
