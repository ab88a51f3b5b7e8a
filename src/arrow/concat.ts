import { type Data, type DataType, type Dictionary, Type, type Union } from 'apache-arrow';
import { bitmapBytes, copyBits, fillBits, getBit } from './bits.js';
import { ensureShared, unifyDictionaries } from './dictionary.js';
import {
  asBytes,
  checkOffset,
  dataOf,
  hasLargeOffsets,
  layoutOf,
  offsetWords,
  rowBytes,
  typedValues,
} from './layout.js';
import type { Allocate } from './memory.js';

/**
 * Joins chunks of one type into one contiguous piece of fresh memory: no values go through JavaScript, offsets are rebased, and
 * nothing outside the chunks' own rows is copied. Chunks of dictionaries that differ get one dictionary.
 */
export function concatData(type: DataType, chunks: readonly Data[], allocate: Allocate): Data {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  switch (layoutOf(type)) {
    case 'none':
      return dataOf(type, length, length, {});
    case 'bits':
      return concatBooleans(type, chunks, length, allocate);
    case 'fixed':
      return concatFixed(type, chunks, length, allocate);
    case 'dictionary':
      return concatDictionary(type as Dictionary, chunks, length, allocate);
    case 'variable':
      return concatVariable(type, chunks, length, allocate);
    case 'view':
      return concatViews(type, chunks, length, allocate);
    case 'list':
      return concatLists(type, chunks, length, allocate);
    case 'fixedList':
    case 'struct':
      return concatNested(type, chunks, length, allocate);
    case 'denseUnion':
      return concatDenseUnion(type as Union, chunks, length, allocate);
  }
}

/** The joined validity bitmap, or none where no row is null. */
function concatValidity(chunks: readonly Data[], length: number, allocate: Allocate) {
  const nullCount = chunks.reduce((sum, chunk) => sum + chunk.nullCount, 0);
  if (nullCount === 0) return { nullCount, validity: undefined };
  const validity = allocate(bitmapBytes(length));
  let row = 0;
  for (const chunk of chunks) {
    if (chunk.nullCount === 0) fillBits(validity, row, chunk.length);
    else copyBits(chunk.nullBitmap as Uint8Array, chunk.offset, validity, row, chunk.length);
    row += chunk.length;
  }
  return { nullCount, validity };
}

function concatBooleans(type: DataType, chunks: readonly Data[], length: number, allocate: Allocate): Data {
  const { nullCount, validity } = concatValidity(chunks, length, allocate);
  const values = allocate(bitmapBytes(length));
  let row = 0;
  for (const chunk of chunks) {
    copyBits(chunk.values as Uint8Array, chunk.offset, values, row, chunk.length);
    row += chunk.length;
  }
  return dataOf(type, length, nullCount, { values, validity });
}

function concatFixed(type: DataType, chunks: readonly Data[], length: number, allocate: Allocate): Data {
  const { nullCount, validity } = concatValidity(chunks, length, allocate);
  const width = chunks.length > 0 ? rowBytes(chunks[0]) : 0;
  const bytes = allocate(length * width);
  let at = 0;
  for (const chunk of chunks) {
    if (chunk.length === 0) continue;
    bytes.set(asBytes(chunk.values).subarray(0, chunk.length * width), at);
    at += chunk.length * width;
  }
  return dataOf(type, length, nullCount, { values: typedValues(type, bytes), validity });
}

function concatDictionary(
  type: Dictionary,
  chunks: readonly Data[],
  length: number,
  allocate: Allocate,
): Data {
  const unified = unifyDictionaries(type, chunks);
  const indices = concatFixed(unified.type, unified.chunks, length, allocate);
  return dataOf(
    unified.type,
    length,
    indices.nullCount,
    { values: indices.values, validity: indices.nullBitmap },
    { dictionary: ensureShared(unified.dictionary, allocate) },
  );
}

function concatVariable(type: DataType, chunks: readonly Data[], length: number, allocate: Allocate): Data {
  const { nullCount, validity } = concatValidity(chunks, length, allocate);
  const spans = chunks.map(span);
  const total = spans.reduce((sum, { first, last }) => sum + last - first, 0);
  checkOffset(type, total);
  const bytes = allocate(total);
  spans.reduce((at, { chunk, first, last }) => {
    if (last > first) bytes.set(chunk.values.subarray(first, last), at);
    return at + last - first;
  }, 0);
  return dataOf(type, length, nullCount, {
    offsets: concatOffsets(type, spans, length, allocate),
    values: bytes,
    validity,
  });
}

/** A chunk with the part of its bytes (or child rows) that its rows use. */
interface Span {
  readonly chunk: Data;
  readonly first: number;
  readonly last: number;
}

function span(chunk: Data): Span {
  if (chunk.length === 0) return { chunk, first: 0, last: 0 };
  const { words, step } = offsetWords(chunk);
  return { chunk, first: words[0], last: words[chunk.length * step] };
}

function concatOffsets(type: DataType, spans: readonly Span[], length: number, allocate: Allocate) {
  const step = hasLargeOffsets(type) ? 2 : 1;
  const bytes = allocate((length + 1) * step * 4);
  const out = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  let row = 0;
  let base = 0;
  for (const { chunk, first, last } of spans) {
    const { words } = offsetWords(chunk);
    const shift = base - first;
    for (let i = 1; i <= chunk.length; i++) out[(row + i) * step] = words[i * step] + shift;
    row += chunk.length;
    base += last - first;
  }
  const OffsetArray = type.OffsetArrayType;
  return new OffsetArray(bytes.buffer as ArrayBuffer, bytes.byteOffset, length + 1);
}

function concatLists(type: DataType, chunks: readonly Data[], length: number, allocate: Allocate): Data {
  const { nullCount, validity } = concatValidity(chunks, length, allocate);
  const spans = chunks.map(span);
  checkOffset(
    type,
    spans.reduce((sum, { first, last }) => sum + last - first, 0),
  );
  const parts = spans.map(({ chunk, first, last }) => chunk.children[0].slice(first, last - first));
  const child = concatData(type.children[0].type, parts, allocate);
  const offsets = concatOffsets(type, spans, length, allocate);
  return dataOf(retype(type, [child]), length, nullCount, { offsets, validity }, { children: [child] });
}

/** Structs, sparse unions, fixed-size lists: their children are already sliced to the chunk's rows. */
function concatNested(type: DataType, chunks: readonly Data[], length: number, allocate: Allocate): Data {
  const isUnion = type.typeId === Type.Union;
  const { nullCount, validity } = isUnion
    ? { nullCount: 0, validity: undefined }
    : concatValidity(chunks, length, allocate);
  const children = type.children.map((field, k) =>
    concatData(
      field.type,
      chunks.map((chunk) => chunk.children[k]),
      allocate,
    ),
  );
  const typeIds = isUnion ? concatTypeIds(chunks, length, allocate) : undefined;
  return dataOf(retype(type, children), length, nullCount, { validity, typeIds }, { children });
}

function concatTypeIds(chunks: readonly Data[], length: number, allocate: Allocate): Int8Array {
  const bytes = allocate(length);
  let row = 0;
  for (const chunk of chunks) {
    bytes.set(asBytes(chunk.typeIds as Int8Array).subarray(0, chunk.length), row);
    row += chunk.length;
  }
  return new Int8Array(bytes.buffer, bytes.byteOffset, length);
}

function concatDenseUnion(type: Union, chunks: readonly Data[], length: number, allocate: Allocate): Data {
  const children = type.children.map((field, k) =>
    concatData(
      field.type,
      chunks.map((chunk) => chunk.children[k]),
      allocate,
    ),
  );
  const bytes = allocate(length * 4);
  const offsets = new Int32Array(bytes.buffer, bytes.byteOffset, length);
  const bases = type.children.map(() => 0);
  let row = 0;
  for (const chunk of chunks) {
    for (let i = 0; i < chunk.length; i++) {
      const child = type.typeIdToChildIndex[(chunk.typeIds as Int8Array)[i]];
      offsets[row++] = (chunk.valueOffsets as Int32Array)[i] + bases[child];
    }
    chunk.children.forEach((child, k) => {
      bases[k] += child.length;
    });
  }
  const typeIds = concatTypeIds(chunks, length, allocate);
  return dataOf(retype(type, children), length, 0, { offsets, typeIds }, { children });
}

const INLINE_BYTES = 12;

/** Long values of all chunks are gathered into one buffer, so that a small result never drags its whole table along. */
function concatViews(type: DataType, chunks: readonly Data[], length: number, allocate: Allocate): Data {
  const { nullCount, validity } = concatValidity(chunks, length, allocate);
  const views = allocate(length * 16);
  const words = new Int32Array(views.buffer, views.byteOffset, length * 4);
  let row = 0;
  let longBytes = 0;
  for (const chunk of chunks) {
    views.set(asBytes(chunk.values).subarray(0, chunk.length * 16), row * 16);
    row += chunk.length;
  }
  // The view of a null row may be anything, and point anywhere.
  if (validity) for (let i = 0; i < length; i++) if (!getBit(validity, i)) words.fill(0, i * 4, i * 4 + 4);
  for (let i = 0; i < length; i++) if (words[i * 4] > INLINE_BYTES) longBytes += words[i * 4];
  checkOffset(type, longBytes);
  const long = allocate(longBytes);
  row = 0;
  let at = 0;
  for (const chunk of chunks) {
    for (let i = 0; i < chunk.length; i++, row++) {
      const size = words[row * 4];
      if (size <= INLINE_BYTES) continue;
      const source = chunk.variadicBuffers[words[row * 4 + 2]];
      const from = words[row * 4 + 3];
      long.set(source.subarray(from, from + size), at);
      words[row * 4 + 2] = 0;
      words[row * 4 + 3] = at;
      at += size;
    }
  }
  return dataOf(type, length, nullCount, { values: views, validity }, { variadic: [long] });
}

/** A child's type can change (a wider dictionary index); the parent's type must say so. */
export function retype<T extends DataType>(type: T, children: readonly { type: DataType }[]): T {
  if (children.every((child, k) => child.type === type.children[k].type)) return type;
  const fields = type.children.map((field, k) => field.clone({ type: children[k].type }));
  return Object.create(Object.getPrototypeOf(type), {
    ...Object.getOwnPropertyDescriptors(type),
    children: { value: fields, enumerable: true, writable: true, configurable: true },
  });
}
