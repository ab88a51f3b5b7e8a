import { type Data, type DataType, Type, type Union, UnionMode, type Vector } from 'apache-arrow';
import { dataOf, layoutOf, rowBytes, typedValues } from '../../arrow/index.js';
import { type BatchHeader, buffersOf, refuseNulls } from '../../persist/index.js';
import type { Buffers } from './buffers.js';

/** The first node, buffer and variadic count of a batch that belong to a column. */
export interface ColumnPlace {
  readonly node: number;
  readonly buffer: number;
  readonly variadic: number;
  readonly numBuffers: number;
}

/**
 * Finds where each column of a batch begins. A column, and each column inside it, has a node and some
 * buffers.
 */
export function columnPlaces(
  types: readonly DataType[],
  { variadicBufferCounts }: BatchHeader,
  hasUnionBitmaps = false,
): ColumnPlace[] {
  const next = { node: 0, buffer: 0, variadic: 0 };
  const visit = (type: DataType): void => {
    next.node++;
    next.buffer += buffersOf(type);
    if (hasUnionBitmaps && type.typeId === Type.Union) next.buffer++;
    if (layoutOf(type) === 'view') next.buffer += Number(variadicBufferCounts[next.variadic++] ?? 0);
    if (type.typeId !== Type.Dictionary) for (const { type: inner } of type.children ?? []) visit(inner);
  };
  return types.map((type) => {
    const place = { ...next };
    visit(type);
    return { ...place, numBuffers: next.buffer - place.buffer };
  });
}

/** Makes columns of the buffers of a batch, without copying them. */
export class BatchLoader {
  readonly #header: BatchHeader;
  readonly #buffers: Buffers;
  readonly #dictionary: (id: number) => Vector | undefined;
  readonly #hasUnionBitmaps: boolean;
  #node = 0;
  #buffer = 0;
  #variadic = 0;

  constructor(
    header: BatchHeader,
    buffers: Buffers,
    dictionary: (id: number) => Vector | undefined,
    hasUnionBitmaps = false,
  ) {
    this.#header = header;
    this.#hasUnionBitmaps = hasUnionBitmaps;
    this.#buffers = buffers;
    this.#dictionary = dictionary;
  }

  load(type: DataType, { node, buffer, variadic }: ColumnPlace): Data {
    this.#node = node;
    this.#buffer = buffer;
    this.#variadic = variadic;
    return this.#column(type);
  }

  #column(type: DataType): Data {
    const node = this.#header.nodes[this.#node++];
    if (node === undefined) throw new RangeError('the metadata of a batch is damaged');
    const { length, nullCount } = node;
    const layout = layoutOf(type);
    if (layout === 'none') return dataOf(type, length, length, {});
    const isUnion = type.typeId === Type.Union;
    const bitmap = isUnion && !this.#hasUnionBitmaps ? undefined : this.#next();
    if (isUnion && this.#hasUnionBitmaps) refuseNulls(nullCount);
    const hasNulls = nullCount > 0 && bitmap !== undefined && bitmap.length > 0;
    const validity = hasNulls ? bitmap : undefined;
    const nulls = hasNulls ? nullCount : 0;
    switch (layout) {
      case 'bits':
        return dataOf(type, length, nulls, { validity, values: this.#next() });
      case 'fixed':
        return dataOf(type, length, nulls, { validity, values: this.#values(type, length) });
      case 'dictionary': {
        const values = this.#values(type, length);
        const dictionary = this.#dictionary((type as DataType & { id: number }).id);
        if (dictionary === undefined) throw new RangeError('a dictionary of it is missing');
        return dataOf(type, length, nulls, { validity, values }, { dictionary });
      }
      case 'variable': {
        const offsets = this.#offsets(type, length);
        return dataOf(type, length, nulls, { validity, offsets, values: this.#next() });
      }
      case 'view': {
        const values = this.#values(type, length);
        const count = Number(this.#header.variadicBufferCounts[this.#variadic++] ?? 0);
        const variadic = Array.from({ length: count }, () => this.#next());
        return dataOf(type, length, nulls, { validity, values }, { variadic });
      }
      case 'list': {
        const offsets = this.#offsets(type, length);
        return dataOf(type, length, nulls, { validity, offsets }, { children: this.#children(type) });
      }
      case 'fixedList':
        return dataOf(type, length, nulls, { validity }, { children: this.#children(type) });
      default: {
        if (!isUnion) return dataOf(type, length, nulls, { validity }, { children: this.#children(type) });
        const ids = this.#next();
        const typeIds = new Int8Array(ids.buffer, ids.byteOffset, ids.length);
        const isDense = (type as Union).mode === UnionMode.Dense;
        const offsets = isDense ? typedWords(this.#next()) : undefined;
        return dataOf(type, length, 0, { typeIds, offsets }, { children: this.#children(type) });
      }
    }
  }

  #children(type: DataType): Data[] {
    return type.children.map((field) => this.#column(field.type));
  }

  #next(): Uint8Array {
    return this.#buffers(this.#buffer++);
  }

  /**
   * Returns the next buffer as values. Writers may omit the buffers of a column without rows, and pad all
   * others.
   */
  #values(type: DataType, length: number): Data['values'] {
    const bytes = this.#next();
    const needed = length * rowBytes(dataOf(type, 0, 0, {}));
    if (bytes.length < needed) throw new RangeError('a column of it is shorter than its rows');
    return typedValues(type, bytes.subarray(0, needed));
  }

  #offsets(type: DataType, length: number): ArrayBufferView {
    const bytes = this.#next();
    const Offsets = type.OffsetArrayType;
    if (bytes.length === 0 && length === 0) return new Offsets(1);
    if (bytes.length < (length + 1) * Offsets.BYTES_PER_ELEMENT) {
      throw new RangeError('a column of it is shorter than its rows');
    }
    return new Offsets(bytes.buffer as ArrayBuffer, bytes.byteOffset, length + 1);
  }
}

const typedWords = (bytes: Uint8Array) =>
  new Int32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4));
