/** Returns a copy of `array` with twice its length, the second half zero. */
export function doubleArray<T extends Int32Array | Uint8Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(array.length * 2);
  larger.set(array);
  return larger;
}
