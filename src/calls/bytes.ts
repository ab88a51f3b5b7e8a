import { Deserializer, Serializer } from 'node:v8';

/* Values as V8's structured clone writes them, made once and read by whichever thread comes to need them. Memory is written by hand:
   V8 would copy the whole buffer of a view on a part of it, and cannot write shared memory at all. */

const newer = (name: string): readonly ViewClass[] => {
  const View: unknown = Reflect.get(globalThis, name);
  return View === undefined ? [] : [View as ViewClass];
};

const kinds = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
  // Of newer versions of Node.
  ...newer('Float16Array'),
] as const;
const BUFFER = kinds.length;
const kindNames = new Map<string, number>(kinds.map(({ name }, kind) => [name, kind]));

function kindOf(value: object): number {
  if (!ArrayBuffer.isView(value)) return -1;
  if (Buffer.isBuffer(value)) return BUFFER;
  return (
    kindNames.get(
      value instanceof DataView ? 'DataView' : Object.prototype.toString.call(value).slice(8, -1),
    ) ?? -1
  );
}

/** How the bytes of a view travel: among the others; as a view on shared memory; through shared memory, as a copy in the end. */
const INLINE = 0;
const SHARED = 1;
const LENT = 2;

/** A view that stands for a large one, on shared memory; `undefined` for a view that is copied like all else. */
export type Share = (view: ArrayBufferView) => ArrayBufferView | undefined;

export interface WriterOptions {
  readonly share?: Share;
  /** Whether the reader copies out of shared memory what lay in none before. */
  readonly isLending?: boolean;
}

/** Writes values one after the other. Those that have objects in common still do, after reading. */
export class ByteWriter extends Serializer {
  readonly #shared: SharedArrayBuffer[];
  readonly #options: WriterOptions;
  /** How much of it is memory of views. */
  viewBytes = 0;

  /** Adds to `shared` the memory that what it writes refers to. */
  constructor(shared: SharedArrayBuffer[], options: WriterOptions = {}) {
    super();
    this.#shared = shared;
    this.#options = options;
    (this as unknown as ForSubclasses)._setTreatArrayBufferViewsAsHostObjects(true);
    this.writeHeader();
  }

  /** V8 calls it for views, and for objects whose inside it does not know. */
  _writeHostObject(value: ArrayBufferView): void {
    const kind = kindOf(value);
    if (kind < 0) throw new TypeError(`${Object.prototype.toString.call(value)} could not be cloned`);
    const view = value.buffer instanceof SharedArrayBuffer ? value : (this.#options.share?.(value) ?? value);
    this.writeUint32(kind);
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

  _getDataCloneError(message: string): Error {
    return new TypeError(message);
  }

  #indexOf(buffer: SharedArrayBuffer): number {
    const known = this.#shared.indexOf(buffer);
    return known >= 0 ? known : this.#shared.push(buffer) - 1;
  }
}

/** Documented, and missing in the types. */
interface ForSubclasses {
  _setTreatArrayBufferViewsAsHostObjects(on: boolean): void;
}

/** Reads values in the order in which they were written. */
export class ByteReader extends Deserializer {
  readonly #shared: readonly SharedArrayBuffer[];

  constructor(bytes: Uint8Array, shared: readonly SharedArrayBuffer[]) {
    super(bytes);
    this.#shared = shared;
    this.readHeader();
  }

  _readHostObject(): ArrayBufferView {
    const kind = this.readUint32();
    const way = this.readUint32();
    if (way === INLINE) {
      const byteLength = this.readDouble();
      // A copy of its own: others may read the same bytes.
      const { buffer } = new Uint8Array(this.readRawBytes(byteLength));
      return viewOf(kind, buffer, 0, byteLength);
    }
    const buffer = this.#shared[this.readUint32()];
    const byteOffset = this.readDouble();
    const byteLength = this.readDouble();
    if (way === SHARED) return viewOf(kind, buffer, byteOffset, byteLength);
    const copy = new Uint8Array(byteLength);
    copy.set(new Uint8Array(buffer, byteOffset, byteLength));
    return viewOf(kind, copy.buffer, 0, byteLength);
  }
}

function viewOf(
  kind: number,
  buffer: ArrayBufferLike,
  byteOffset: number,
  byteLength: number,
): ArrayBufferView {
  if (kind === BUFFER) return Buffer.from(buffer, byteOffset, byteLength);
  const View = kinds[kind] as unknown as ViewClass;
  return new View(buffer, byteOffset, byteLength / (View.BYTES_PER_ELEMENT ?? 1));
}

interface ViewClass {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): ArrayBufferView;
  readonly name: string;
  readonly BYTES_PER_ELEMENT?: number;
}
