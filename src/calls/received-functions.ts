import workerThreads from 'node:worker_threads';
import { valueCodecs } from '../codecs/index.js';
import { runInitializer } from '../failures/index.js';
import { receiveWithCompanion, type ShippedFunction } from '../ship/worker.js';
import { codecsWith } from './codecs.js';
import type { WireFunction } from './sender.js';
import { ValueReader } from './value-serializer.js';

export type Received = (...args: readonly unknown[]) => unknown;

interface Entry {
  fn: Received | Promise<Received>;
  readonly life: Int32Array;
}

/**
 * Holds the functions of a thread, which may load this code twice: for batches that import nothing, and
 * others.
 */
const SLOT = Symbol.for('apply-parallel.calls.received');
const home = workerThreads as { [SLOT]?: Map<number, Entry> };

/**
 * The functions this thread has received. They are kept between jobs, so that a function's captured values
 * come to a thread once and not with every batch.
 */
home[SLOT] ??= new Map();
const known = home[SLOT];

/** Forgets the functions whose calls are over. */
export function forgetEndedFunctions(): void {
  for (const [id, { life }] of known) if (Atomics.load(life, 0) === 0) known.delete(id);
}

/**
 * Receives a function, and runs the initializer that came with it.
 *
 * @param worker the number of this worker, for errors
 */
export function receiveFunction(
  { id, bytes, shared, life }: WireFunction,
  worker: number,
): Received | Promise<Received> {
  const found = known.get(id);
  if (found) return found.fn;
  const shipped = new ValueReader(bytes, shared).readValue() as ShippedFunction;
  const receiving = receiveWithCompanion(shipped, codecsWith(valueCodecs)).then(async (received) => {
    const { fn, initializer } = received;
    if (initializer !== undefined) await runInitializer(initializer as () => unknown, worker);
    entry.fn = fn;
    return fn;
  });
  const entry: Entry = { fn: receiving, life };
  // A function that cannot be received is tried again by every call, and fails it.
  receiving.catch(() => known.delete(id));
  known.set(id, entry);
  return entry.fn;
}
