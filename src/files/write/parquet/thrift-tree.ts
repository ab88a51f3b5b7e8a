import { type ThriftReader, ThriftType } from '../../parquet/index.js';

/*
 * Footers of Parquet files as trees that can be changed and written again: whatever a field means, it comes
 * out as it went in.
 */

/** A field's value with its type of the compact protocol. */
export interface ThriftField {
  readonly type: number;
  readonly value: ThriftValue;
}

export type ThriftStruct = Map<number, ThriftField>;

export interface ThriftList {
  readonly of: number;
  readonly items: ThriftValue[];
}

/** Bytes stand for what is written as it was read: doubles, maps and bytes. */
export type ThriftValue = boolean | number | Uint8Array | ThriftList | ThriftStruct;

const { True, False, Byte, I16, I32, I64, Binary, List, Set: SetType, Struct } = ThriftType;

export function readStruct(reader: ThriftReader): ThriftStruct {
  const fields: ThriftStruct = new Map();
  reader.struct((id, type) => {
    const isFlag = type === True || type === False;
    fields.set(id, isFlag ? { type: True, value: type === True } : { type, value: readValue(reader, type) });
  });
  return fields;
}

function readValue(reader: ThriftReader, type: number): ThriftValue {
  switch (type) {
    case I16:
    case I32:
    case I64:
      return reader.int();
    case Binary:
      return reader.binary();
    case List:
    case SetType:
      return readList(reader);
    case Struct:
      return readStruct(reader);
    default: {
      const from = reader.at;
      reader.skip(type);
      return reader.bytes.subarray(from, reader.at);
    }
  }
}

function readList(reader: ThriftReader): ThriftList {
  // A boolean in a list is a byte of its own.
  const of = reader.bytes[reader.at] & 15;
  const items: ThriftValue[] = [];
  const type = of === True || of === False ? Byte : of;
  reader.list(() => items.push(readValue(reader, type)));
  return { of, items };
}

/** Returns the bytes of a struct. */
export function writeStruct(fields: ThriftStruct): Uint8Array {
  const writer = new ThriftWriter();
  writer.struct(fields);
  return writer.take();
}

class ThriftWriter {
  #bytes = new Uint8Array(1024);
  #at = 0;

  struct(fields: ThriftStruct): void {
    let before = 0;
    for (const [id, { type: given, value }] of [...fields].sort(([a], [b]) => a - b)) {
      const type = given === True ? (value ? True : False) : given;
      const delta = id - before;
      if (delta > 0 && delta < 16) this.#byte((delta << 4) | type);
      else {
        this.#byte(type);
        this.#int(id);
      }
      if (given !== True) this.#value(type, value);
      before = id;
    }
    this.#byte(0);
  }

  take(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  #value(type: number, value: ThriftValue): void {
    switch (type) {
      case I16:
      case I32:
      case I64:
        this.#int(value as number);
        break;
      case Binary:
        this.#varint((value as Uint8Array).length);
        this.#raw(value as Uint8Array);
        break;
      case List:
      case SetType:
        this.#list(value as ThriftList);
        break;
      case Struct:
        this.struct(value as ThriftStruct);
        break;
      default:
        this.#raw(value as Uint8Array);
    }
  }

  #list({ of, items }: ThriftList): void {
    this.#byte((Math.min(items.length, 15) << 4) | of);
    if (items.length >= 15) this.#varint(items.length);
    for (const item of items) this.#value(of, item);
  }

  #int(value: number): void {
    this.#varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Writes a whole number below 2^54. */
  #varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.#byte(rest);
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  #raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #reserve(length: number): void {
    if (this.#at + length <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#at + length, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }
}
