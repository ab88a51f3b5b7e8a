import { allocateShared } from '../arrow/index.js';
import { codecsApart, valueCodecs } from '../codecs/index.js';
import { ApplyError } from '../errors.js';
import {
  type AnyFunction,
  Refusal,
  type ShippedValue,
  ship,
  shipValue,
  TraceMapper,
  type ValueCodec,
} from '../ship/index.js';
import { usesNoLibrary } from '../ship/worker.js';
import { codecsWith } from './codecs.js';
import { RepeatedArguments } from './repeated-arguments.js';
import { RepeatedCaptures } from './repeated-captures.js';
import { type OtherMemory, type Share, ValueWriter } from './value-serializer.js';

/** A function as workers get it. They keep it by `id` until `life` is 0. */
export interface WireFunction {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly shared: OtherMemory[];
  readonly life: Int32Array;
  /** True if it imports nothing, and nor does its initializer: see {@link usesNoLibrary}. */
  readonly isAlone: boolean;
}

const CHILDREN = 'child processes';

let ids = 0;

/** Functions that workers keep although they were not sent in this turn. */
const MAX_EARLIER = 32;

function release({ life }: WireFunction): void {
  Atomics.store(life, 0, 0);
}

/**
 * Writes functions and arguments for the workers. Functions, frames and large arrays that several calls share
 * are written once, and workers then share their memory.
 */
export class Sender {
  readonly share: Share;
  readonly repeated: RepeatedArguments;
  /** Maps the stack traces of all functions that were sent. */
  readonly traces = new TraceMapper();
  readonly #codecs: readonly ValueCodec[];
  readonly #captures = new RepeatedCaptures();
  /** The functions as they were last sent, the latest last. */
  readonly #earlier = new Map<AnyFunction, WireFunction>();
  /** Memory that ship/ wrote. Nobody writes to it again: every worker makes its own values of it. */
  readonly #written = new WeakSet<ArrayBufferLike>();
  /** Bytes that have been copied into shared memory. */
  copied = 0;
  #functions = new Map<AnyFunction, WireFunction>();
  #views = new WeakMap<ArrayBufferLike, Map<string, ArrayBufferView>>();
  /** The encoded form of each value, by codec. */
  #encoded = new Map<ValueCodec, WeakMap<object, unknown>>();

  readonly #initializer: AnyFunction | undefined;

  /**
   * @param maxBytes views of this size and more go through shared memory
   * @param isApart whether the workers are processes, which share no memory with this one
   * @param initializer travels with every function, so that both have the same objects
   */
  constructor(maxBytes: number, isApart: boolean, initializer?: AnyFunction) {
    this.#initializer = initializer;
    this.share = (view) => (view.byteLength >= maxBytes ? this.#shared(view) : undefined);
    this.repeated = new RepeatedArguments(this.share, (bytes) => {
      this.copied += bytes;
    });
    const codecs = isApart ? codecsApart(CHILDREN) : valueCodecs;
    const once = codecs.map((codec) => this.#once(codec));
    this.#codecs = isApart ? once : codecsWith(once);
  }

  /** Returns a function in its wire form. Call it synchronously from the user's call: see {@link ship}. */
  function(fn: AnyFunction): WireFunction {
    let wire = this.#functions.get(fn);
    if (!wire) {
      const written = this.#write(this.#traced(ship(fn, this.#codecs, undefined, this.#initializer)));
      wire = this.#unlessKnown(fn, written);
      if (wire === written) this.#captures.count(fn.name, this.#ownBytes(written));
      this.#functions.set(fn, wire);
    }
    return wire;
  }

  graph(value: unknown, name: string): ShippedValue {
    try {
      return this.#traced(shipValue(value, name, this.#codecs));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Rewords ship/'s refusal, which speaks of functions.
      const message = `${error.path}: ${error.reason}. Send plain data, and create it in the worker.`;
      throw new ApplyError(error.code, message, { cause: error });
    }
  }

  /** Makes the sender read functions and values again: they may have changed. */
  forget(): void {
    for (const [fn, wire] of this.#functions) {
      this.#earlier.delete(fn);
      this.#earlier.set(fn, wire);
    }
    for (const [fn, wire] of this.#earlier) {
      if (this.#earlier.size <= MAX_EARLIER) break;
      this.#earlier.delete(fn);
      release(wire);
    }
    this.#functions = new Map();
    this.#views = new WeakMap();
    this.#encoded = new Map();
    this.repeated.endTurn();
  }

  /** Releases all functions: nothing is sent any more. */
  end(): void {
    this.forget();
    for (const wire of this.#earlier.values()) release(wire);
    this.#earlier.clear();
  }

  /** Returns the form that workers already have, if the function is unchanged. */
  #unlessKnown(fn: AnyFunction, wire: WireFunction): WireFunction {
    const earlier = this.#earlier.get(fn);
    if (!earlier) return wire;
    const isSame =
      Buffer.compare(earlier.bytes, wire.bytes) === 0 &&
      earlier.shared.length === wire.shared.length &&
      earlier.shared.every((buffer, k) => this.#isSameMemory(buffer, wire.shared[k]));
    if (isSame) return earlier;
    release(earlier);
    return wire;
  }

  /** Returns the bytes of a function without those of frames and large arrays, which are written once. */
  #ownBytes({ bytes, shared }: WireFunction): number {
    const own = shared.filter((buffer) => !ArrayBuffer.isView(buffer) && this.#written.has(buffer));
    return own.reduce((sum, buffer) => sum + buffer.byteLength, bytes.byteLength);
  }

  #isSameMemory(a: OtherMemory, b: OtherMemory): boolean {
    if (a === b) return true;
    if (ArrayBuffer.isView(a) || ArrayBuffer.isView(b)) return false;
    return (
      this.#written.has(a) && this.#written.has(b) && Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0
    );
  }

  #traced(shipped: ShippedValue): ShippedValue {
    this.traces.add(shipped);
    return shipped;
  }

  #write(shipped: ShippedValue): WireFunction {
    const { data } = shipped;
    for (const { buffer } of data ? [data.bytes, ...data.buffers] : []) this.#written.add(buffer);
    const shared: SharedArrayBuffer[] = [];
    const writer = new ValueWriter(shared, { share: this.share });
    writer.writeValue(shipped);
    const written = writer.releaseBuffer();
    const bytes = new Uint8Array(new SharedArrayBuffer(written.byteLength));
    bytes.set(written);
    const life = new Int32Array(new SharedArrayBuffer(4)).fill(1);
    return { id: ++ids, bytes, shared, life, isAlone: usesNoLibrary(shipped) };
  }

  #shared(view: ArrayBufferView): ArrayBufferView {
    let known = this.#views.get(view.buffer);
    if (!known) {
      known = new Map();
      this.#views.set(view.buffer, known);
    }
    const key = `${view.byteOffset} ${view.byteLength}`;
    let copy = known.get(key);
    if (!copy) {
      const bytes = allocateShared(view.byteLength);
      bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
      this.copied += view.byteLength;
      copy = bytes;
      known.set(key, copy);
    }
    return copy;
  }

  #once(codec: ValueCodec): ValueCodec {
    return {
      ...codec,
      encode: (value) => {
        const known = this.#encoded.get(codec) ?? new WeakMap<object, unknown>();
        this.#encoded.set(codec, known);
        if (known.has(value)) return known.get(value);
        const encoded = codec.encode(value);
        if (encoded !== undefined) known.set(value, encoded);
        return encoded;
      },
    };
  }
}
