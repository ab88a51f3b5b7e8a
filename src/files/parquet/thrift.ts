/*
 * Thrift's compact protocol, as far as Parquet footers use it. Readers skip what they do not know, so that a
 * footer with millions of values costs only the values that are asked for.
 */

/** The types of the compact protocol. */
export const ThriftType = {
  True: 1,
  False: 2,
  Byte: 3,
  I16: 4,
  I32: 5,
  I64: 6,
  Double: 7,
  Binary: 8,
  List: 9,
  Set: 10,
  Map: 11,
  Struct: 12,
} as const;

/** Reads values one after the other. Throws a RangeError where the bytes end too early or are damaged. */
export class ThriftReader {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    if (this.at >= this.bytes.length) throw new RangeError('its footer ends too early');
    return this.bytes[this.at++];
  }

  /** Reads an unsigned number of at most 53 bits. */
  varint(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 63; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new RangeError('its footer is damaged');
  }

  /** Reads a signed number; one of more than 53 bits loses its last bits. */
  int(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  binary(): Uint8Array {
    const length = this.varint();
    const { at } = this;
    this.#advance(length);
    return this.bytes.subarray(at, at + length);
  }

  text(): string {
    return Buffer.from(this.binary()).toString('utf8');
  }

  /** Calls `read` at each element of a list; it reads the element. */
  list(read: (index: number) => void): void {
    const { count } = this.#listHead();
    for (let k = 0; k < count; k++) read(k);
  }

  /** Calls `read` at each field of a struct; it reads the value, or returns false to have it skipped. */
  struct(read: (id: number, type: number) => unknown): void {
    let id = 0;
    for (;;) {
      const head = this.byte();
      if (head === 0) return;
      const delta = head >> 4;
      const type = head & 15;
      id = delta === 0 ? this.int() : id + delta;
      const { at } = this;
      if (read(id, type) === false) {
        this.at = at;
        this.skip(type);
      }
    }
  }

  /** Reads the value of a field of type {@link ThriftType.True} or False, which its type tells. */
  skip(type: number): void {
    switch (type) {
      case ThriftType.True:
      case ThriftType.False:
        return;
      case ThriftType.Byte:
        this.#advance(1);
        return;
      case ThriftType.I16:
      case ThriftType.I32:
      case ThriftType.I64:
        while (this.byte() >= 128);
        return;
      case ThriftType.Double:
        this.#advance(8);
        return;
      case ThriftType.Binary:
        this.#advance(this.varint());
        return;
      case ThriftType.List:
      case ThriftType.Set: {
        const { count, type: of } = this.#listHead();
        // A boolean is a byte of its own in a list.
        const isFlag = of === ThriftType.True || of === ThriftType.False;
        for (let k = 0; k < count; k++) this.skip(isFlag ? ThriftType.Byte : of);
        return;
      }
      case ThriftType.Map: {
        const count = this.varint();
        if (count === 0) return;
        const types = this.byte();
        for (let k = 0; k < count; k++) {
          this.skip(types >> 4);
          this.skip(types & 15);
        }
        return;
      }
      case ThriftType.Struct:
        this.struct(() => false);
        return;
      default:
        throw new RangeError('its footer is damaged');
    }
  }

  #listHead() {
    const head = this.byte();
    const count = head >> 4 === 15 ? this.varint() : head >> 4;
    // Every element takes a byte at least, so a damaged count cannot make a reader loop for long.
    if (count > this.bytes.length - this.at) throw new RangeError('its footer is damaged');
    return { count, type: head & 15 };
  }

  #advance(length: number): void {
    if (length > this.bytes.length - this.at) throw new RangeError('its footer ends too early');
    this.at += length;
  }
}
