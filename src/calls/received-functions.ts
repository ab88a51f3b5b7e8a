import { valueCodecs } from '../codecs/index.js';
import { receive, type ShippedFunction } from '../ship/worker.js';
import { ByteReader } from './bytes.js';
import { codecsWith, unpacked } from './codecs.js';
import type { WireFunction } from './sender.js';

export type Received = (...args: readonly unknown[]) => unknown;

/**
 * The functions this thread has received. Kept between jobs: what a function has captured, however much that is, comes once for each
 * thread, and not with every batch of calls.
 */
const known = new Map<number, { fn: Received | Promise<Received>; life: Int32Array }>();

/** Forgets the functions of calls that are over. */
export function forgetOver(): void {
  for (const [id, { life }] of known) if (Atomics.load(life, 0) === 0) known.delete(id);
}

export function functionOf({ id, bytes, shared, life }: WireFunction): Received | Promise<Received> {
  const found = known.get(id);
  if (found) return found.fn;
  const shipped = unpacked(new ByteReader(bytes, shared).readValue()) as ShippedFunction;
  const entry: { fn: Received | Promise<Received>; life: Int32Array } = {
    fn: receive(shipped, codecsWith(valueCodecs)).then((fn) => {
      entry.fn = fn;
      return fn;
    }),
    life,
  };
  // A function that cannot be received fails every time it is tried, where it is tried.
  entry.fn instanceof Promise && entry.fn.catch(() => known.delete(id));
  known.set(id, entry);
  return entry.fn;
}
