import { Deserializer, Serializer } from 'node:v8';
import { crc32 } from 'node:zlib';

/** The raw bytes of typed arrays, each piece of memory once. The first two places are kept for the values themselves. */
export class Sections {
  readonly bytes: Uint8Array[] = [new Uint8Array(0), new Uint8Array(0)];
  readonly shared: number[] = [];
  readonly #known = new Map<ArrayBufferLike, Map<string, number>>();

  add({ buffer, byteOffset, byteLength }: ArrayBufferView): number {
    let ranges = this.#known.get(buffer);
    if (!ranges) {
      ranges = new Map();
      this.#known.set(buffer, ranges);
    }
    const range = `${byteOffset}+${byteLength}`;
    let index = ranges.get(range);
    if (index === undefined) {
      index = this.bytes.push(new Uint8Array(buffer, byteOffset, byteLength)) - 1;
      ranges.set(range, index);
      if (buffer instanceof SharedArrayBuffer) this.shared.push(index);
    }
    return index;
  }

  /** Bytes and checksum of each. */
  list(): [bytes: number, crc: number][] {
    return this.bytes.map((bytes) => [bytes.byteLength, crc32(bytes)]);
  }
}

/** What can stand in a value in place of what the serializer meets there. */
const VIEW = 0;
const SPECIAL = 1;

const VIEW_NAMES = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'DataView',
  'Buffer',
] as const;

type ViewClass = {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): ArrayBufferView;
  readonly BYTES_PER_ELEMENT?: number;
};

const nameOf = (view: ArrayBufferView): string =>
  Buffer.isBuffer(view) ? 'Buffer' : Object.prototype.toString.call(view).slice(8, -1);

function viewOf(name: string, buffer: ArrayBufferLike): ArrayBufferView {
  if (name === 'Buffer') return Buffer.from(buffer as ArrayBuffer);
  const View = Reflect.get(globalThis, name) as ViewClass | undefined;
  if (!View) throw new TypeError(`this version of Node has no ${name}`);
  return new View(buffer, 0, buffer.byteLength / (View.BYTES_PER_ELEMENT ?? 1));
}

/** Stands for a special value while the serializer runs: it meets views itself, and calls back for them. */
export class Token extends Uint8Array {
  constructor(readonly special: number) {
    super(0);
  }
}

/** The parts of node:v8 that its types leave out: Node documents them. */
interface Hooks {
  _setTreatArrayBufferViewsAsHostObjects(on: boolean): void;
}

class Writer extends Serializer {
  constructor(readonly sections: Sections) {
    super();
    (this as unknown as Hooks)._setTreatArrayBufferViewsAsHostObjects(true);
  }

  _writeHostObject(view: ArrayBufferView): void {
    if (view instanceof Token) {
      this.writeUint32(SPECIAL);
      this.writeUint32(view.special);
      return;
    }
    const kind = VIEW_NAMES.indexOf(nameOf(view) as (typeof VIEW_NAMES)[number]);
    this.writeUint32(VIEW);
    this.writeUint32(kind);
    this.writeUint32(this.sections.add(view));
  }

  /** What V8 throws when a value cannot be cloned. */
  _getDataCloneError(message: string): Error {
    return new Error(message);
  }
}

/** A value in the format of structured clone, its memory in `sections`. */
export function serialize(value: unknown, sections: Sections): Buffer {
  const writer = new Writer(sections);
  writer.writeHeader();
  writer.writeValue(value);
  return writer.releaseBuffer();
}

class Reader extends Deserializer {
  constructor(
    bytes: Uint8Array,
    readonly buffers: readonly ArrayBufferLike[],
    readonly specials: readonly unknown[],
  ) {
    super(bytes);
  }

  _readHostObject(): unknown {
    if (this.readUint32() === SPECIAL) return this.specials[this.readUint32()];
    const name = VIEW_NAMES[this.readUint32()];
    return viewOf(name, this.buffers[this.readUint32()]);
  }
}

export function deserialize(
  bytes: Uint8Array,
  buffers: readonly ArrayBufferLike[],
  specials: readonly unknown[] = [],
): unknown {
  const reader = new Reader(bytes, buffers, specials);
  reader.readHeader();
  return reader.readValue();
}
