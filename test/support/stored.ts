import { type Data, type Decimal, type Dictionary, type Float, Precision, Type } from 'apache-arrow';
import { bit } from './cells.js';

/**
 * What a column holds as fixtures/make_foreign.py writes it down: integers and times as their digits, floats
 * as numbers, decimals with all their places, bytes in hexadecimal. Read from the buffers alone.
 */
export function stored(data: Data, row: number): unknown {
  const { type, nullBitmap } = data;
  if (type.typeId === Type.Null || (nullBitmap?.length && !bit(nullBitmap, data.offset + row))) return null;
  switch (type.typeId) {
    case Type.Bool:
      return bit(data.values as Uint8Array, data.offset + row) === 1;
    case Type.Float:
      return (type as Float).precision === Precision.HALF ? half(data.values[row]) : Number(data.values[row]);
    case Type.Decimal:
      return decimal(data, row);
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return Buffer.from(bytes(data, row)).toString('utf8');
    case Type.Binary:
    case Type.LargeBinary:
    case Type.BinaryView:
    case Type.FixedSizeBinary:
      return Buffer.from(bytes(data, row)).toString('hex');
    case Type.List:
    case Type.LargeList:
      return range(data.children[0], Number(data.valueOffsets[row]), Number(data.valueOffsets[row + 1]));
    case Type.FixedSizeList:
      return range(data.children[0], row * data.stride, (row + 1) * data.stride);
    case Type.Map:
      return range(data.children[0], data.valueOffsets[row], data.valueOffsets[row + 1]).map((entry) =>
        Object.values(entry as object),
      );
    case Type.Struct:
      return Object.fromEntries(type.children.map(({ name }, k) => [name, stored(data.children[k], row)]));
    case Type.Dictionary: {
      const values = (data as Data<Dictionary>).dictionary?.data.flatMap((chunk) =>
        range(chunk, 0, chunk.length),
      );
      return values?.[Number(data.values[row])];
    }
    default:
      return String(data.values[row]);
  }
}

const range = (data: Data, from: number, to: number): unknown[] =>
  Array.from({ length: to - from }, (_, k) => stored(data, from + k));

function bytes(data: Data, row: number): Uint8Array {
  const values = data.values as Uint8Array;
  switch (data.type.typeId) {
    case Type.FixedSizeBinary:
      return values.subarray(row * data.stride, (row + 1) * data.stride);
    case Type.Utf8View:
    case Type.BinaryView: {
      const view = new DataView(values.buffer, values.byteOffset + row * 16, 16);
      const size = view.getInt32(0, true);
      if (size <= 12) return values.subarray(row * 16 + 4, row * 16 + 4 + size);
      const from = view.getInt32(12, true);
      return data.variadicBuffers[view.getInt32(8, true)].subarray(from, from + size);
    }
    default:
      return values.subarray(Number(data.valueOffsets[row]), Number(data.valueOffsets[row + 1]));
  }
}

function decimal(data: Data, row: number): string {
  const { scale } = data.type as Decimal;
  const words = (data.values as Uint32Array).subarray(row * data.stride, (row + 1) * data.stride);
  const value = BigInt.asIntN(
    words.length * 32,
    words.reduceRight((high, word) => (high << 32n) | BigInt(word), 0n),
  );
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function half(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 0x1f, bits & 0x3ff];
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}
