import type { KeyPart } from '../errors.js';

/**
 * Returns a value that was read from a key column as users get it: one for NaN and null, one for 0 and -0.
 */
export function keyPart(value: unknown, isDate: boolean): KeyPart {
  if (value === undefined || value === null || Number.isNaN(value)) return null;
  if (isDate) return new Date(Number(value));
  // Bytes are copied: a key outlives the call, and a view would show the frame's own memory.
  if (ArrayBuffer.isView(value)) return (value as Uint8Array).slice();
  return value === 0 ? 0 : (value as KeyPart);
}
