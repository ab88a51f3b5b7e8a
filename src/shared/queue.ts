import { type InspectOptions, inspect } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { ApplyError } from '../errors.js';
import { checkOptions, positiveInteger, type Rules } from '../options/index.js';
import { toThisRealm } from '../values/index.js';
import { SharedLock } from './lock.js';
import { requirePlain } from './require-plain.js';
import { copyFromRing, copyIntoRing } from './ring-buffer.js';
import { untilChanged, wake } from './wait.js';

// The indices of the queue's words. VERSION counts the changes of the others, so that waiting threads notice
// them.
const VERSION = 0;
const HEAD = 1;
const USED = 2;
const COUNT = 3;
const CLOSED = 4;
const WORDS = 5;
/** The bytes before each item that hold its length. */
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

/** @internal The state of a queue, in shared memory. */
export interface QueueParts {
  readonly lock: Int32Array;
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly capacity: number;
}

/**
 * A bounded queue that the main thread and all workers share: pass it to a function, or let the function
 * capture it. Items are plain data, and are copied. It is a last resort, for stages that run side by side;
 * `returnAs: 'generator'` hands results on without a queue.
 *
 * A worker that waits for the queue runs nothing else, so there must be more workers than waiting functions.
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
  /**
   * @param options `capacity`: the number of items that may wait; `bytes`: the memory that they may take
   *   together, by default 1 MB
   */
  constructor(options: { readonly capacity: number; readonly bytes?: number });
  constructor(options: { readonly parts: QueueParts } | QueueOptions) {
    this.parts = Object.hasOwn(Object(options), 'parts')
      ? (options as { readonly parts: QueueParts }).parts
      : makeParts(options as QueueOptions);
    this.#lock = new SharedLock(this.parts.lock);
  }

  /** @internal How console.log prints it. */
  [inspect.custom](_depth: number, options?: InspectOptions): string {
    const { capacity, bytes } = this.parts;
    return `SharedQueue ${inspect({ size: this.size, capacity, bytes: bytes.byteLength }, options)}`;
  }

  /** The number of items that wait. */
  get size(): number {
    return Atomics.load(this.parts.words, COUNT);
  }

  /**
   * Adds an item as soon as there is room.
   *
   * @throws ApplyError `ERR_INVALID_OPTION` for an item that is no plain data, such as a frame, or that is
   *   larger than the queue's memory; `ERR_ABORTED` when the queue is closed
   */
  async put(item: T): Promise<void> {
    const { words, bytes, capacity } = this.parts;
    const written = writeItem(item);
    const needed = written.byteLength + PREFIX;
    if (needed > bytes.byteLength) {
      throw new ApplyError(
        'ERR_INVALID_OPTION',
        `SharedQueue: an item takes ${needed} bytes, the queue has ${bytes.byteLength}; ` +
          `make it with more 'bytes'`,
      );
    }
    await this.#retry(() => {
      if (words[CLOSED]) throw new ApplyError('ERR_ABORTED', 'the queue has been closed');
      if (words[COUNT] >= capacity || words[USED] + needed > bytes.byteLength) return undefined;
      const tail = (words[HEAD] + words[USED]) % bytes.byteLength;
      copyIntoRing(bytes, tail, Uint8Array.of(...lengthBytes(written.byteLength)));
      copyIntoRing(bytes, (tail + PREFIX) % bytes.byteLength, written);
      words[USED] += needed;
      words[COUNT]++;
      return { value: undefined };
    });
  }

  /**
   * Takes the item that has waited longest, as soon as there is one; undefined when the queue is closed and
   * empty.
   */
  async take(): Promise<T | undefined> {
    return (await this.#take()).value;
  }

  /** Closes the queue: no items can be added, those in it can still be taken. */
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
    return this.#retry<Taken<T>>(() => {
      if (words[COUNT] === 0) return words[CLOSED] ? { value: { done: true, value: undefined } } : undefined;
      const length = new DataView(copyFromRing(bytes, words[HEAD], PREFIX).buffer).getUint32(0, true);
      const written = copyFromRing(bytes, (words[HEAD] + PREFIX) % bytes.byteLength, length);
      words[HEAD] = (words[HEAD] + PREFIX + length) % bytes.byteLength;
      words[USED] -= PREFIX + length;
      words[COUNT]--;
      return { value: { done: false, value: toThisRealm(deserialize(written)) as T } };
    });
  }

  /**
   * Runs `step` under the lock until it returns a result; between two attempts it waits for a change of the
   * queue.
   */
  async #retry<R>(step: () => { readonly value: R } | undefined): Promise<R> {
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
