import type { Data } from 'apache-arrow';

/** Returns the validity bitmap as it is: inferred columns begin at bit 0. */
export const inferredValidity = (data: Data): Uint8Array | undefined =>
  data.nullCount > 0 ? data.nullBitmap : undefined;
