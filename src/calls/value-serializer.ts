import { type Memory, OTHER, ViewDeserializer, ViewSerializer } from '../values/index.js';

/*
 * Values as V8's structured clone writes them, written once and read by whichever thread needs them. The
 * memory of views is written here: V8 would copy the whole buffer of a view on a part of it, and cannot
 * write shared memory.
 */

/** The bytes of a view travel among those of the values. */
const INLINE = 0;
/** The view stays on shared memory. */
const SHARED = 1;
/** The bytes travel through shared memory, and the reader gets a copy in ordinary memory. */
const LENT = 2;

/**
 * Returns a view on shared memory that stands for a large one; undefined for a view that is copied like all
 * else.
 */
export type Share = (view: ArrayBufferView) => ArrayBufferView | undefined;

/** A value with bytes of its own, which several calls read. */
export interface WrittenOnce {
  readonly bytes: SharedArrayBuffer;
  /** The shared memory that the value refers to. */
  readonly shared: readonly SharedArrayBuffer[];
}

/** Memory outside the bytes of values: shared by threads, or bytes that another process has sent. */
export type OtherMemory = SharedArrayBuffer | Uint8Array;

export interface WriterOptions {
  readonly share?: Share;
  /** The reader copies what `share` put into shared memory back out of it. */
  readonly isLending?: boolean;
  /** Told of views on shared memory that are no copies, before they are written. */
  readonly onShared?: (view: ArrayBufferView) => void;
}

/** Writes values one after the other. Objects that several of them share are still shared after reading. */
export class ValueWriter extends ViewSerializer {
  readonly #shared: SharedArrayBuffer[];
  readonly #options: WriterOptions;
  readonly #standIns = new Map<ArrayBufferView, WrittenOnce>();
  /** The positions of the shared memory that the values refer to. */
  readonly used = new Set<number>();
  /** Bytes of views among those written. */
  viewBytes = 0;

  /** Adds the shared memory that values refer to to `shared`. */
  constructor(shared: SharedArrayBuffer[], options: WriterOptions = {}) {
    super();
    this.#shared = shared;
    this.#options = options;
  }

  /**
   * Returns a view that the reader replaces by a copy of `value`. Each stand-in gives another copy; writing
   * one twice gives the same copy twice.
   */
  standIn(value: WrittenOnce): ArrayBufferView {
    const view = new Uint8Array(0);
    this.#standIns.set(view, value);
    return view;
  }

  override _writeHostObject(value: ArrayBufferView): void {
    const once = this.#standIns.get(value);
    if (!once) {
      super._writeHostObject(value);
      return;
    }
    this.writeUint32(OTHER);
    this.writeUint32(this.#indexOf(once.bytes));
    this.writeUint32(once.shared.length);
    for (const buffer of once.shared) this.writeUint32(this.#indexOf(buffer));
  }

  protected override writeMemory(value: ArrayBufferView): void {
    if (value.buffer instanceof SharedArrayBuffer) this.#options.onShared?.(value);
    const view = value.buffer instanceof SharedArrayBuffer ? value : (this.#options.share?.(value) ?? value);
    if (view.buffer instanceof SharedArrayBuffer) {
      this.writeUint32(view !== value && this.#options.isLending ? LENT : SHARED);
      this.writeUint32(this.#indexOf(view.buffer));
      this.writeDouble(view.byteOffset);
      this.writeDouble(view.byteLength);
    } else {
      this.viewBytes += view.byteLength;
      this.writeUint32(INLINE);
      this.writeDouble(view.byteLength);
      this.writeRawBytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    }
  }

  #indexOf(buffer: SharedArrayBuffer): number {
    const known = this.#shared.indexOf(buffer);
    const index = known >= 0 ? known : this.#shared.push(buffer) - 1;
    this.used.add(index);
    return index;
  }
}

/** Reads values in the order in which they were written. */
export class ValueReader extends ViewDeserializer {
  readonly #shared: OtherMemory[];

  /** Replaces memory in `shared` by copies, for views that keep it. */
  constructor(bytes: Uint8Array, shared: OtherMemory[]) {
    super(bytes);
    this.#shared = shared;
  }

  protected override readOther(): unknown {
    const { buffer, byteOffset, byteLength } = memoryOf(this.#shared[this.readUint32()]);
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    const count = this.readUint32();
    const shared = Array.from({ length: count }, () => this.#shared[this.readUint32()]);
    return new ValueReader(bytes, shared).readValue();
  }

  protected override readMemory(): Memory {
    const way = this.readUint32();
    if (way === INLINE) {
      const byteLength = this.readDouble();
      // Copies, since other threads read the same bytes.
      const { buffer } = new Uint8Array(this.readRawBytes(byteLength));
      return { buffer, byteOffset: 0, byteLength };
    }
    const index = this.readUint32();
    if (way === SHARED) this.#cutOut(index);
    const { buffer, byteOffset: start } = memoryOf(this.#shared[index]);
    const byteOffset = start + this.readDouble();
    const byteLength = this.readDouble();
    if (way === SHARED) return { buffer, byteOffset, byteLength };
    const copy = new Uint8Array(byteLength);
    copy.set(new Uint8Array(buffer, byteOffset, byteLength));
    return { buffer: copy.buffer, byteOffset: 0, byteLength };
  }

  /**
   * Gives memory that arrived among other bytes a buffer of its own: the buffer of a view shows what was
   * sent, and no more. All views on it share the copy.
   */
  #cutOut(index: number): void {
    const memory = this.#shared[index];
    if (ArrayBuffer.isView(memory) && memory.byteLength < memory.buffer.byteLength) {
      this.#shared[index] = new Uint8Array(memory);
    }
  }
}

function memoryOf(memory: OtherMemory): Memory {
  return ArrayBuffer.isView(memory)
    ? memory
    : { buffer: memory, byteOffset: 0, byteLength: memory.byteLength };
}
