/** About as many bytes as a primitive takes that can be sent; `undefined` for all else. */
export function bytesOf(value: unknown): number | undefined {
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

/** All of them together; `undefined` where there is one that has none. */
export function bytesOfAll(values: readonly unknown[]): number | undefined {
  let sum = 0;
  for (const value of values) {
    const bytes = bytesOf(value);
    if (bytes === undefined) return undefined;
    sum += bytes;
  }
  return sum;
}
