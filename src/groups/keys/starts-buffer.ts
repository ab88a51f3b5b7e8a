import type { DataType } from 'apache-arrow';
import { allocateShared } from '../../arrow/index.js';
import type { ApplyError } from '../../errors.js';

/** The earliest start that a column of times can hold; periods may begin before it. */
export interface StartLimit {
  /** In units of the column. The least value of its type is a limit besides. */
  readonly earliest: number;
  /** Returns the error of a period that begins before. */
  tooEarly(): ApplyError;
}

/** Memory for starts of periods, in units of the column. */
export type StartsBuffer = Int32Array | BigInt64Array;

/** Returns shared memory for starts of a type. */
export function startsBuffer(type: DataType, length: number): StartsBuffer {
  const is32Bit = type.ArrayType.BYTES_PER_ELEMENT === 4;
  const { buffer } = allocateShared(length * (is32Bit ? 4 : 8));
  return is32Bit ? new Int32Array(buffer) : new BigInt64Array(buffer);
}

/** Sets a start that counts in `divisor` units of the column. */
export function setStart(
  values: StartsBuffer,
  at: number,
  start: number,
  divisor: number,
  limit: StartLimit,
): void {
  if (values instanceof Int32Array) {
    values[at] = start;
    if (values[at] !== start || start < limit.earliest) throw limit.tooEarly();
  } else setTicks(values, at, BigInt(start) * BigInt(divisor), limit);
}

/** Sets a start in units of the column. */
export function setTicks(values: BigInt64Array, at: number, ticks: bigint, limit: StartLimit): void {
  values[at] = ticks;
  if (values[at] !== ticks || ticks < limit.earliest) throw limit.tooEarly();
}
