import { deserialize, serialize } from 'node:v8';
import { ApplyError } from '../errors.js';
import { checkOptions, positiveInteger, type Rules } from '../options/index.js';
import { SharedLock } from './lock.js';
import { requirePlain } from './require-plain.js';
import { untilChanged, wake } from './wait.js';

const VERSION = 0;
const HEAD = 1;
const USED = 2;
const COUNT = 3;
const CLOSED = 4;
const WORDS = 5;
/** Before each item, its length. */
const PREFIX = 4;

interface Taken<T> {
  readonly done: boolean;
  readonly value: T | undefined;
}

interface QueueOptions {
  readonly capacity: number;
  readonly bytes?: number;
}

const rules: Rules<QueueOptions> = {
  capacity: positiveInteger,
  bytes: positiveInteger,
};

/** @internal What a queue consists of, all in shared memory. */
export interface QueueParts {
  readonly lock: Int32Array;
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly capacity: number;
}

/**
 * A bounded queue that the main thread and all workers share: pass it to a function, or let the function capture it. Items are plain data,
 * and are copied. A last resort, for stages that run side by side; `returnAs: 'generator'` hands results on without one.
 *
 * A worker that waits for the queue does nothing else: see that there are more workers than those that wait.
 *
 * @example
 * const queue = new SharedQueue<number>({ capacity: 8 });
 * const produce = async () => {
 *   for (let n = 0; n < 100; n++) await queue.put(n);
 *   queue.close();
 * };
 * const produced = Parallel({ nJobs: 2 })([delayed(produce)()]);
 * let sum = 0;
 * for await (const n of queue) sum += n;
 * await produced;
 * console.log(sum);
 * // -> 4950
 */
export class SharedQueue<T> implements AsyncIterable<T> {
  /** @internal */
  readonly parts: QueueParts;
  readonly #lock: SharedLock;

  /** @internal */
  constructor(options: { readonly parts: QueueParts });
  /** @param options `capacity`: how many items may wait; `bytes`: how much memory they may take together, 1 MB unless said otherwise */
  constructor(options: { readonly capacity: number; readonly bytes?: number });
  constructor(options: { readonly parts: QueueParts } | QueueOptions) {
    this.parts = Object.hasOwn(Object(options), 'parts')
      ? (options as { readonly parts: QueueParts }).parts
      : makeParts(options as QueueOptions);
    this.#lock = new SharedLock(this.parts.lock);
  }

  /** How many items wait. */
  get size(): number {
    return Atomics.load(this.parts.words, COUNT);
  }

  /**
   * Adds an item, as soon as there is room.
   *
   * @throws ApplyError `ERR_INVALID_OPTION` for an item that is no plain data, such as a frame, or that the queue could never hold;
   *   `ERR_ABORTED` once the queue is closed
   */
  async put(item: T): Promise<void> {
    const { words, bytes, capacity } = this.parts;
    const written = writeItem(item);
    const needed = written.byteLength + PREFIX;
    if (needed > bytes.byteLength) {
      throw new ApplyError(
        'ERR_INVALID_OPTION',
        `SharedQueue: an item takes ${needed} bytes, the queue has ${bytes.byteLength}; make it with more 'bytes'`,
      );
    }
    await this.#attempt(() => {
      if (words[CLOSED]) throw new ApplyError('ERR_ABORTED', 'the queue has been closed');
      if (words[COUNT] >= capacity || words[USED] + needed > bytes.byteLength) return undefined;
      const tail = (words[HEAD] + words[USED]) % bytes.byteLength;
      copyIn(bytes, tail, Uint8Array.of(...lengthBytes(written.byteLength)));
      copyIn(bytes, (tail + PREFIX) % bytes.byteLength, written);
      words[USED] += needed;
      words[COUNT]++;
      return { value: undefined };
    });
  }

  /** Takes the item that has waited longest, as soon as there is one; `undefined` when the queue is closed and empty. */
  async take(): Promise<T | undefined> {
    return (await this.#take()).value;
  }

  /** Nothing can be added any more; what is there can still be taken. */
  close(): void {
    Atomics.store(this.parts.words, CLOSED, 1);
    this.#changed();
  }

  /** Takes items until the queue is closed and empty. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (let item = await this.#take(); !item.done; item = await this.#take()) yield item.value as T;
  }

  #take(): Promise<Taken<T>> {
    const { words, bytes } = this.parts;
    return this.#attempt<Taken<T>>(() => {
      if (words[COUNT] === 0) return words[CLOSED] ? { value: { done: true, value: undefined } } : undefined;
      const length = new DataView(copyOut(bytes, words[HEAD], PREFIX).buffer).getUint32(0, true);
      const written = copyOut(bytes, (words[HEAD] + PREFIX) % bytes.byteLength, length);
      words[HEAD] = (words[HEAD] + PREFIX + length) % bytes.byteLength;
      words[USED] -= PREFIX + length;
      words[COUNT]--;
      return { value: { done: false, value: deserialize(written) as T } };
    });
  }

  /** Tries until `step` gives something. Between two tries the queue has changed. */
  async #attempt<R>(step: () => { readonly value: R } | undefined): Promise<R> {
    for (;;) {
      const version = Atomics.load(this.parts.words, VERSION);
      const made = await this.#lock.run(step);
      if (made) {
        this.#changed();
        return made.value;
      }
      await untilChanged(this.parts.words, VERSION, version);
    }
  }

  #changed(): void {
    Atomics.add(this.parts.words, VERSION, 1);
    wake(this.parts.words, VERSION);
  }
}

function makeParts(options: QueueOptions): QueueParts {
  checkOptions('SharedQueue', options, rules);
  const { capacity, bytes = 2 ** 20 } = options;
  if (capacity === undefined) {
    throw new ApplyError('ERR_INVALID_OPTION', 'SharedQueue: capacity is missing: how many items may wait');
  }
  return {
    lock: new Int32Array(new SharedArrayBuffer(4)),
    words: new Int32Array(new SharedArrayBuffer(WORDS * 4)),
    bytes: new Uint8Array(new SharedArrayBuffer(bytes)),
    capacity,
  };
}

function writeItem(item: unknown): Uint8Array {
  requirePlain(item);
  try {
    return serialize(item);
  } catch (error) {
    throw new ApplyError('ERR_INVALID_OPTION', `SharedQueue: ${(error as Error).message}`, { cause: error });
  }
}

const lengthBytes = (length: number) => new Uint8Array(Uint32Array.of(length).buffer);

/** The queue's memory is a ring. */
function copyIn(ring: Uint8Array, at: number, bytes: Uint8Array): void {
  const first = Math.min(bytes.byteLength, ring.byteLength - at);
  ring.set(bytes.subarray(0, first), at);
  ring.set(bytes.subarray(first), 0);
}

function copyOut(ring: Uint8Array, at: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const first = Math.min(length, ring.byteLength - at);
  bytes.set(ring.subarray(at, at + first));
  bytes.set(ring.subarray(0, length - first), first);
  return bytes;
}
