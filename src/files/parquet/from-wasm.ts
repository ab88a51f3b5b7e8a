import { type Data, type DataType, type Dictionary, Type, Vector } from 'apache-arrow';
import { bitmapBytes, dataOf, hasLargeOffsets, layoutOf, rowBytes, typedValues } from '../../arrow/index.js';

/*
 * Reads columns in WebAssembly's memory through Arrow's C data interface: structs of 32-bit pointers that say
 * where the buffers lie. The columns are views of that memory, which end with the next call into WebAssembly.
 */

/** The places of the members of `struct ArrowArray`. */
const LENGTH = 0;
const NULL_COUNT = 8;
const OFFSET = 16;
const NUM_BUFFERS = 24;
const BUFFERS = 40;
const CHILDREN = 44;
const DICTIONARY = 48;

export class WasmColumns {
  readonly #buffer: ArrayBuffer;
  readonly #view: DataView;

  constructor(buffer: ArrayBuffer) {
    this.#buffer = buffer;
    this.#view = new DataView(buffer);
  }

  /** Returns the column whose struct is a child of the one at `parent`. */
  child(parent: number, position: number, type: DataType): Data {
    return this.#column(this.#pointer(this.#pointer(parent + CHILDREN) + position * 4), type);
  }

  numRows(at: number): number {
    return this.#number(at + LENGTH);
  }

  #column(at: number, type: DataType): Data {
    const offset = this.#number(at + OFFSET);
    // Rows before the offset are there too; apache-arrow slices them off.
    const length = this.#number(at + LENGTH) + offset;
    const data = this.#wholeColumn(at, type, length);
    return offset === 0 ? data : data.slice(offset, length - offset);
  }

  #wholeColumn(at: number, type: DataType, length: number): Data {
    const layout = layoutOf(type);
    const nullCount = this.#number(at + NULL_COUNT);
    const hasValidity = layout !== 'none' && type.typeId !== Type.Union && nullCount !== 0;
    const validity = hasValidity ? this.#bytes(at, 0, bitmapBytes(length)) : undefined;
    // -1 has apache-arrow count them; a bitmap that is left out stands for none.
    const nulls = validity === undefined ? 0 : nullCount;
    switch (layout) {
      case 'none':
        return dataOf(type, length, length, {});
      case 'bits':
        return dataOf(type, length, nulls, { validity, values: this.#bytes(at, 1, bitmapBytes(length)) });
      case 'fixed':
      case 'dictionary': {
        const values = this.#values(at, type, length);
        return dataOf(type, length, nulls, { validity, values }, { dictionary: this.#dictionary(at, type) });
      }
      case 'variable': {
        const offsets = this.#offsets(at, type, length);
        const values = this.#bytes(at, 2, Number(offsets[length] ?? 0)) ?? new Uint8Array(0);
        return dataOf(type, length, nulls, { validity, offsets, values });
      }
      case 'view': {
        const variadic = this.#variadic(at);
        return dataOf(
          type,
          length,
          nulls,
          { validity, values: this.#bytes(at, 1, length * 16) },
          { variadic },
        );
      }
      case 'list': {
        const offsets = this.#offsets(at, type, length);
        return dataOf(type, length, nulls, { validity, offsets }, { children: this.#children(at, type) });
      }
      case 'fixedList':
      case 'struct': {
        const bytes = type.typeId === Type.Union ? this.#bytes(at, 0, length) : undefined;
        const typeIds = bytes && new Int8Array(bytes.buffer, bytes.byteOffset, length);
        return dataOf(type, length, nulls, { validity, typeIds }, { children: this.#children(at, type) });
      }
      case 'denseUnion':
        throw new TypeError('Parquet has no dense unions');
    }
  }

  #children(at: number, type: DataType): Data[] {
    return type.children.map((field, k) => this.child(at, k, field.type));
  }

  #dictionary(at: number, type: DataType): Vector | undefined {
    if (type.typeId !== Type.Dictionary) return undefined;
    return new Vector([this.#column(this.#pointer(at + DICTIONARY), (type as Dictionary).dictionary)]);
  }

  #values(at: number, type: DataType, length: number): Data['values'] {
    const byteLength = length * rowBytes(dataOf(type, 0, 0, {}));
    const bytes = this.#bytes(at, 1, byteLength) ?? new Uint8Array(byteLength);
    return typedValues(type, aligned(bytes));
  }

  #offsets(at: number, type: DataType, length: number): Int32Array | BigInt64Array {
    const width = hasLargeOffsets(type) ? 8 : 4;
    // A column without rows may come without offsets.
    const bytes = this.#bytes(at, 1, (length + 1) * width) ?? new Uint8Array((length + 1) * width);
    const { buffer, byteOffset } = aligned(bytes);
    return width === 8
      ? new BigInt64Array(buffer, byteOffset, length + 1)
      : new Int32Array(buffer, byteOffset, length + 1);
  }

  /** Returns the buffers that views point into. The last buffer has the sizes of these. */
  #variadic(at: number): Uint8Array[] {
    const last = this.#number(at + NUM_BUFFERS) - 1;
    const sizes = this.#pointer(this.#pointer(at + BUFFERS) + last * 4);
    return Array.from({ length: last - 2 }, (_, k) => {
      const size = this.#number(sizes + k * 8);
      return this.#bytes(at, k + 2, size) ?? new Uint8Array(0);
    });
  }

  /** Returns a buffer; undefined where its pointer is null. */
  #bytes(at: number, position: number, byteLength: number): Uint8Array | undefined {
    const pointer = this.#pointer(this.#pointer(at + BUFFERS) + position * 4);
    return pointer === 0 ? undefined : new Uint8Array(this.#buffer, pointer, byteLength);
  }

  #number(at: number): number {
    return Number(this.#view.getBigInt64(at, true));
  }

  #pointer(at: number): number {
    return this.#view.getUint32(at, true);
  }
}

/** Returns the bytes where a typed array can be laid over them. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
}
