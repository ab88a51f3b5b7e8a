import { type Memory, ViewDeserializer, ViewSerializer } from '../values/index.js';

/**
 * The raw bytes of typed arrays, each range of memory once. The first two sections are reserved for the
 * values themselves.
 */
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
}

/** Stands for a special value while the serializer runs. It is a view, since V8 calls back for views. */
export class Token extends Uint8Array {
  constructor(readonly special: number) {
    super(0);
  }
}

/** These words stand in front of whatever V8 leaves to this package. */
const VIEW = 0;
const SPECIAL = 1;

class Writer extends ViewSerializer {
  constructor(readonly sections: Sections) {
    super();
  }

  override _writeHostObject(view: ArrayBufferView): void {
    if (view instanceof Token) {
      this.writeUint32(SPECIAL);
      this.writeUint32(view.special);
    } else {
      this.writeUint32(VIEW);
      super._writeHostObject(view);
    }
  }

  protected override writeMemory(view: ArrayBufferView): void {
    this.writeUint32(this.sections.add(view));
  }
}

/** Writes a value in the format of structured clone. The memory of its views goes to `sections`. */
export function serialize(value: unknown, sections: Sections): Buffer {
  const writer = new Writer(sections);
  writer.writeValue(value);
  return writer.releaseBuffer();
}

class Reader extends ViewDeserializer {
  constructor(
    bytes: Uint8Array,
    readonly buffers: readonly ArrayBufferLike[],
    readonly specials: readonly unknown[],
  ) {
    super(bytes);
  }

  override _readHostObject(): unknown {
    return this.readUint32() === SPECIAL ? this.specials[this.readUint32()] : super._readHostObject();
  }

  protected override readMemory(): Memory {
    const buffer = this.buffers[this.readUint32()];
    return { buffer, byteOffset: 0, byteLength: buffer.byteLength };
  }
}

/** Reads what {@link serialize} wrote. */
export function deserialize(
  bytes: Uint8Array,
  buffers: readonly ArrayBufferLike[],
  specials: readonly unknown[] = [],
): unknown {
  return new Reader(bytes, buffers, specials).readValue();
}
