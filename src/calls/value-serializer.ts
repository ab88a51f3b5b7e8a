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

export interface WriterOptions {
  readonly share?: Share;
  /** The reader copies what `share` put into shared memory back out of it. */
  readonly isLending?: boolean;
}

/** Writes values one after the other. Objects that several of them share are still shared after reading. */
export class ValueWriter extends ViewSerializer {
  readonly #shared: SharedArrayBuffer[];
  readonly #options: WriterOptions;
  readonly #standIns = new Map<ArrayBufferView, WrittenOnce>();
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
    return known >= 0 ? known : this.#shared.push(buffer) - 1;
  }
}

/** Reads values in the order in which they were written. */
export class ValueReader extends ViewDeserializer {
  readonly #shared: readonly SharedArrayBuffer[];

  constructor(bytes: Uint8Array, shared: readonly SharedArrayBuffer[]) {
    super(bytes);
    this.#shared = shared;
  }

  protected override readOther(): unknown {
    const bytes = new Uint8Array(this.#shared[this.readUint32()]);
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
    const buffer = this.#shared[this.readUint32()];
    const byteOffset = this.readDouble();
    const byteLength = this.readDouble();
    if (way === SHARED) return { buffer, byteOffset, byteLength };
    const copy = new Uint8Array(byteLength);
    copy.set(new Uint8Array(buffer, byteOffset, byteLength));
    return { buffer: copy.buffer, byteOffset: 0, byteLength };
  }
}
