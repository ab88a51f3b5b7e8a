import { Data, type DataType, type Dictionary, type Vector } from 'apache-arrow';
import { type Allocate, concatData, dataOf, layoutOf } from '../../arrow/index.js';

/*
 * Columns in files, buffer by buffer as they lie in memory: a part of a column is read without the others,
 * and nothing is decoded.
 */

/** A buffer in a file: where it begins, its bytes, and the class of its elements. */
export type StoredBuffer = readonly [at: number, byteLength: number, elements: string];

/** A column in a file. */
export interface StoredData {
  readonly length: number;
  readonly nullCount: number;
  readonly buffers: readonly (StoredBuffer | undefined)[];
  readonly children: readonly StoredData[];
  /** Lies in the file of dictionaries. */
  readonly dictionary?: StoredData;
  readonly variadic: readonly StoredBuffer[];
}

/** Writes buffers and dictionaries somewhere, and tells where. */
export interface BufferSink {
  put(view: ArrayBufferView): StoredBuffer;
  putDictionary(dictionary: Vector): StoredData;
  /** Gives memory for what is put. */
  readonly allocate: Allocate;
}

/** Reads what a {@link BufferSink} wrote. */
export interface BufferSource {
  read(buffer: StoredBuffer): ArrayBufferView;
  readDictionary(stored: StoredData, type: DataType): Vector;
}

/** Returns memory that the garbage collector knows. */
export const allocatePrivate = (byteLength: number): Uint8Array => new Uint8Array(byteLength);

/** Stores rows of a column, `length` of them from row `from` on. */
export function storeRows(data: Data, from: number, length: number, sink: BufferSink): StoredData {
  const rows = data.slice(from, length);
  const { type, dictionary, nullCount } = rows;
  const layout = layoutOf(type);
  if (layout === 'dictionary') {
    const { indices } = type as Dictionary;
    const { nullBitmap, values, offset } = rows;
    const plain = new Data(indices, offset, length, nullCount, [undefined, values, nullBitmap] as never);
    return { ...storeRows(plain, 0, length, sink), dictionary: sink.putDictionary(dictionary as Vector) };
  }
  // Such rows are one range of memory already.
  if (layout === 'fixed' && nullCount === 0) {
    return storeWhole(dataOf(type, length, 0, { values: rows.values as unknown as ArrayBufferView }), sink);
  }
  return storeWhole(concatData(type, [rows], sink.allocate), sink);
}

/** Stores a column that is one piece, without rows that belong to others. */
export function storeWhole(data: Data, sink: BufferSink): StoredData {
  const { length, nullCount, valueOffsets, values, nullBitmap, typeIds, children, dictionary } = data;
  const put = (view: ArrayBufferView | undefined) => view && sink.put(view);
  return {
    length,
    nullCount,
    buffers: [put(valueOffsets), put(values), nullCount > 0 ? put(nullBitmap) : undefined, put(typeIds)],
    children: children.map((child) => storeWhole(child, sink)),
    dictionary: dictionary && sink.putDictionary(dictionary),
    variadic: (data.variadicBuffers ?? []).map((view: Uint8Array) => sink.put(view)),
  };
}

/** Returns the bytes of a stored column, without its dictionary. */
export function bytesOfStored({ buffers, children, variadic }: StoredData): number {
  const own = [...buffers, ...variadic].reduce((sum, buffer) => sum + (buffer?.[1] ?? 0), 0);
  return children.reduce((sum, child) => sum + bytesOfStored(child), own);
}

/** Reads a column of this type. */
export function loadData(type: DataType, stored: StoredData, source: BufferSource): Data {
  const { length, nullCount, buffers, children, dictionary, variadic } = stored;
  return new Data(
    type,
    0,
    length,
    nullCount,
    buffers.map((buffer) => buffer && source.read(buffer)) as never,
    children.map((child, k) => loadData(type.children[k].type, child, source)),
    dictionary && source.readDictionary(dictionary, (type as Dictionary).dictionary),
    variadic.map((buffer) => source.read(buffer) as Uint8Array),
  );
}

const classes = {
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
};

type ViewName = keyof typeof classes;

/** Returns the name of a view's class, which {@link viewAs} knows. */
export const viewName = (view: ArrayBufferView): ViewName => view.constructor.name as ViewName;

/** Returns a view of bytes that begin where the class named `name` needs them to. */
export function viewAs(name: string, bytes: Uint8Array): ArrayBufferView {
  const View = classes[name as ViewName];
  return new View(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / View.BYTES_PER_ELEMENT);
}
