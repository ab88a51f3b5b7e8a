/** Copies bytes into a ring buffer from position `at`, continuing at its start when they reach its end. */
export function copyIntoRing(ring: Uint8Array, at: number, bytes: Uint8Array): void {
  const first = Math.min(bytes.byteLength, ring.byteLength - at);
  ring.set(bytes.subarray(0, first), at);
  ring.set(bytes.subarray(first), 0);
}

/** Copies `length` bytes out of a ring buffer from position `at`. */
export function copyFromRing(ring: Uint8Array, at: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const first = Math.min(length, ring.byteLength - at);
  bytes.set(ring.subarray(at, at + first));
  bytes.set(ring.subarray(0, length - first), first);
  return bytes;
}
