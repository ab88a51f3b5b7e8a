/**
 * Estimates how many bytes a primitive takes when it is sent; undefined for objects, functions and symbols.
 */
export function estimateBytes(value: unknown): number | undefined {
  switch (typeof value) {
    case 'string':
      return value.length;
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? 8 : value.toString(16).length / 2;
    case 'object':
      return value === null ? 1 : undefined;
    case 'function':
    case 'symbol':
      return undefined;
    default:
      return 8;
  }
}

/** Estimates how many bytes all values take together; undefined if one of them has no estimate. */
export function estimateTotalBytes(values: readonly unknown[]): number | undefined {
  let sum = 0;
  for (const value of values) {
    const bytes = estimateBytes(value);
    if (bytes === undefined) return undefined;
    sum += bytes;
  }
  return sum;
}
