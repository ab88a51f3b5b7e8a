import { allocateShared, type ValidityBuilder } from '../../arrow/index.js';

/** Returns a bitmap in memory that workers read; undefined without nulls. */
export function inSharedMemory({ bitmap }: ValidityBuilder): Uint8Array | undefined {
  if (bitmap === undefined) return undefined;
  const shared = allocateShared(bitmap.byteLength);
  shared.set(bitmap);
  return shared;
}
