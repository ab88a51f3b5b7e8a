import { type Data, type DataType, type Dictionary, Type, type Union } from 'apache-arrow';
import {
  bitmapBytes,
  bytesOf,
  concatData,
  dataOf,
  layoutOf,
  sharedVector,
  unifyDictionaries,
} from '../frame/index.js';
import { moveRows } from './move.js';
import { eachChunk, scatterBits, scatterFixed, type Target, withValidity } from './scatter-buffers.js';
import { scatterDenseUnion, scatterLists, scatterNested } from './scatter-nested.js';
import { scatterVariable } from './scatter-variable.js';

/*
 * Row r of a column goes to place `places[r]` of the result, or nowhere where that is negative. Rows are read in order and written
 * to few, advancing places (one per group), which is several times faster than gathering each group's rows from all over.
 */

/** Moves a column, given in chunks, to its places. */
export function scatter(type: DataType, chunks: readonly Data[], target: Target): Data {
  const { places, length, allocate } = target;
  switch (layoutOf(type)) {
    case 'none':
      return dataOf(type, length, length, {});
    case 'bits': {
      const values = allocate(bitmapBytes(length));
      eachChunk(chunks, places, (chunk, at) =>
        scatterBits(chunk.values as Uint8Array, chunk.offset, at, values),
      );
      return dataOf(type, length, ...withValidity(chunks, target, { values }));
    }
    case 'fixed': {
      const values = scatterFixed(type, chunks, target);
      return dataOf(type, length, ...withValidity(chunks, target, { values }));
    }
    case 'dictionary': {
      const unified = unifyDictionaries(type as Dictionary, chunks);
      const dictionary = sharedVector(unified.dictionary, allocate);
      const dictionaryType = unified.type;
      const values = scatterFixed(dictionaryType, unified.chunks, target);
      const parts = withValidity(chunks, target, { values });
      return dataOf(dictionaryType, length, ...parts, { dictionary });
    }
    case 'variable':
      return scatterVariable(type, chunks, target);
    case 'view':
      return scatterViews(type, chunks, target);
    case 'list':
      return scatterLists(type, chunks, target);
    case 'fixedList':
    case 'struct':
      return scatterNested(type, chunks, target);
    case 'denseUnion':
      return scatterDenseUnion(type as Union, chunks, target);
  }
}

<<<<<<< HEAD
=======
type Buffers = Parameters<typeof dataOf>[3];

/** Runs `move` on each chunk with the places of its rows. */
function eachChunk(
  chunks: readonly Data[],
  places: Int32Array,
  move: (chunk: Data, places: Int32Array) => void,
): void {
  let row = 0;
  for (const chunk of chunks) {
    if (chunk.length > 0) move(chunk, places.subarray(row, row + chunk.length));
    row += chunk.length;
  }
}

function withValidity(
  chunks: readonly Data[],
  places: Int32Array,
  length: number,
  allocate: Allocate,
  buffers: Buffers,
): [nullCount: number, buffers: Buffers] {
  if (chunks.every((chunk) => chunk.nullCount === 0)) return [0, buffers];
  const validity = allocate(bitmapBytes(length));
  eachChunk(chunks, places, (chunk, at) => {
    if (chunk.nullCount > 0) {
      scatterBits(chunk.nullBitmap as Uint8Array, chunk.offset, at, validity);
    } else {
      for (const place of at) if (place >= 0) validity[place >>> 3] |= 1 << (place & 7);
    }
  });
  return [-1, { ...buffers, validity }];
}

function scatterBits(source: Uint8Array, offset: number, places: Int32Array, out: Uint8Array): void {
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    if (place >= 0 && getBit(source, offset + i)) out[place >>> 3] |= 1 << (place & 7);
  }
}

function scatterFixed(
  type: DataType,
  chunks: readonly Data[],
  places: Int32Array,
  length: number,
  allocate: Allocate,
) {
  const width = chunks.length > 0 ? rowBytes(chunks[0]) : 0;
  const bytes = allocate(length * width);
  eachChunk(chunks, places, (chunk, at) => moveRows(bytesOf(chunk.values), at, bytes, width));
  return valuesOf(type, bytes);
}

/** Moves rows of `width` bytes. 64-bit values go as bigints, which keep every bit: as floats, some NaNs would change. */
function moveRows(source: Uint8Array, places: Int32Array, out: Uint8Array, width: number): void {
  const aligned = source.byteOffset % width === 0;
  const as = <T>(
    View: new (buffer: ArrayBufferLike, offset: number, length: number) => T,
    bytes: Uint8Array,
    size: number,
  ) => new View(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / size));
  if (width === 1) return moveBytes(source, places, out);
  if (width === 2 && aligned) return moveShorts(as(Uint16Array, source, 2), places, as(Uint16Array, out, 2));
  if (width === 4 && aligned) return moveWords(as(Int32Array, source, 4), places, as(Int32Array, out, 4));
  if (width === 8 && aligned)
    return moveLongs(as(BigInt64Array, source, 8), places, as(BigInt64Array, out, 8));
  if (width % 4 === 0 && source.byteOffset % 4 === 0) {
    return moveMany(as(Int32Array, source, 4), places, as(Int32Array, out, 4), width / 4);
  }
  return moveMany(source, places, out, width);
}

function moveMany<T extends Uint8Array | Int32Array>(
  source: T,
  places: Int32Array,
  out: T,
  count: number,
): void {
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    if (place < 0) continue;
    for (let k = 0; k < count; k++) out[place * count + k] = source[i * count + k];
  }
}

// One loop for each type of array: a loop that meets several becomes several times slower.

function moveBytes(source: Uint8Array, places: Int32Array, out: Uint8Array): void {
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    if (place >= 0) out[place] = source[i];
  }
}

function moveShorts(source: Uint16Array, places: Int32Array, out: Uint16Array): void {
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    if (place >= 0) out[place] = source[i];
  }
}

function moveWords(source: Int32Array, places: Int32Array, out: Int32Array): void {
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    if (place >= 0) out[place] = source[i];
  }
}

function moveLongs(source: BigInt64Array, places: Int32Array, out: BigInt64Array): void {
  for (let i = 0; i < places.length; i++) {
    const place = places[i];
    if (place >= 0) out[place] = source[i];
  }
}

/** First the lengths go to their places, which makes the new offsets; then every value's bytes follow. */
function scatterVariable(
  type: DataType,
  chunks: readonly Data[],
  places: Int32Array,
  length: number,
  allocate: Allocate,
): Data {
  const { offsets, words, step, total } = scatterOffsets(type, chunks, places, length, allocate);
  const bytes = allocate(total);
  const out = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  eachChunk(chunks, places, (chunk, at) => moveValues(chunk, at, out, words, step));
  return dataOf(type, length, ...withValidity(chunks, places, length, allocate, { offsets, values: bytes }));
}

function moveValues(chunk: Data, places: Int32Array, out: DataView, starts: Uint32Array, step: number): void {
  const { words: ends } = offsetWords(chunk);
  const values = chunk.values as Uint8Array;
  const source = new DataView(values.buffer, values.byteOffset, values.byteLength);
  let from = ends[0];
  for (let i = 0; i < places.length; i++) {
    const end = ends[(i + 1) * step];
    if (places[i] >= 0) copyBytes(source, from, out, starts[places[i] * step], end - from);
    from = end;
  }
}

/** Copies a few bytes in words, the last one overlapping the one before it: several times faster than byte by byte. */
function copyBytes(source: DataView, from: number, out: DataView, to: number, length: number): void {
  if (length >= 4) {
    const last = length - 4;
    for (let k = 0; k < last; k += 4) out.setInt32(to + k, source.getInt32(from + k, true), true);
    out.setInt32(to + last, source.getInt32(from + last, true), true);
  } else if (length >= 2) {
    out.setInt16(to, source.getInt16(from, true), true);
    out.setInt16(to + length - 2, source.getInt16(from + length - 2, true), true);
  } else if (length === 1) {
    out.setInt8(to, source.getInt8(from));
  }
}

function scatterOffsets(
  type: DataType,
  chunks: readonly Data[],
  places: Int32Array,
  length: number,
  allocate: Allocate,
) {
  const step = hasLargeOffsets(type) ? 2 : 1;
  const bytes = allocate((length + 1) * step * 4);
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  eachChunk(chunks, places, (chunk, at) => {
    const source = offsetWords(chunk).words;
    for (let i = 0; i < at.length; i++) {
      if (at[i] >= 0) words[(at[i] + 1) * step] = source[(i + 1) * step] - source[i * step];
    }
  });
  let total = 0;
  for (let place = 1; place <= length; place++) {
    total += words[place * step];
    words[place * step] = total;
  }
  checkOffset(type, total);
  const OffsetArray = type.OffsetArrayType;
  const offsets = new OffsetArray(bytes.buffer as ArrayBuffer, bytes.byteOffset, length + 1);
  return { offsets, words, step, total };
}

/** A list's elements move together: each gets the place its list has for it, and the child is scattered by those. */
function scatterLists(
  type: DataType,
  chunks: readonly Data[],
  places: Int32Array,
  length: number,
  allocate: Allocate,
): Data {
  const { offsets, words, step, total } = scatterOffsets(type, chunks, places, length, allocate);
  const children: Data[] = [];
  const childPlaces: Int32Array[] = [];
  eachChunk(chunks, places, (chunk, at) => {
    const source = offsetWords(chunk).words;
    const first = source[0];
    const last = source[at.length * step];
    const elements = new Int32Array(last - first).fill(-1);
    for (let i = 0; i < at.length; i++) {
      if (at[i] < 0) continue;
      const to = words[at[i] * step];
      const from = source[i * step] - first;
      const count = source[(i + 1) * step] - source[i * step];
      for (let k = 0; k < count; k++) elements[from + k] = to + k;
    }
    children.push(chunk.children[0].slice(first, last - first));
    childPlaces.push(elements);
  });
  const child = scatter(type.children[0].type, children, joined(childPlaces), total, allocate);
  return dataOf(
    retype(type, [child]),
    length,
    ...withValidity(chunks, places, length, allocate, { offsets }),
    { children: [child] },
  );
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const out = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => {
    out.set(part, at);
    return at + part.length;
  }, 0);
  return out;
}

/** Structs, sparse unions and fixed-size lists: the children's rows go where their parent's go. */
function scatterNested(
  type: DataType,
  chunks: readonly Data[],
  places: Int32Array,
  length: number,
  allocate: Allocate,
): Data {
  const size = layoutOf(type) === 'fixedList' ? (type as DataType & { listSize: number }).listSize : 1;
  const childPlaces = size === 1 ? places : repeated(places, size);
  const children = type.children.map((field, k) =>
    scatter(
      field.type,
      chunks.map((chunk) => chunk.children[k]),
      childPlaces,
      length * size,
      allocate,
    ),
  );
  const retyped = retype(type, children);
  if (type.typeId !== Type.Union) {
    return dataOf(retyped, length, ...withValidity(chunks, places, length, allocate, {}), { children });
  }
  const typeIds = scatterTypeIds(chunks, places, length, allocate);
  return dataOf(retyped, length, 0, { typeIds }, { children });
}

function repeated(places: Int32Array, size: number): Int32Array {
  const out = new Int32Array(places.length * size);
  for (let i = 0; i < places.length; i++) {
    for (let k = 0; k < size; k++) out[i * size + k] = places[i] < 0 ? -1 : places[i] * size + k;
  }
  return out;
}

function scatterTypeIds(
  chunks: readonly Data[],
  places: Int32Array,
  length: number,
  allocate: Allocate,
): Int8Array {
  const bytes = allocate(length);
  eachChunk(chunks, places, (chunk, at) => moveBytes(bytesOf(chunk.typeIds as Int8Array), at, bytes));
  return new Int8Array(bytes.buffer, bytes.byteOffset, length);
}

/** Only type ids and offsets move; the children stay as they are, joined, since offsets may point anywhere. */
function scatterDenseUnion(
  type: Union,
  chunks: readonly Data[],
  places: Int32Array,
  length: number,
  allocate: Allocate,
): Data {
  const joinedUnion = concatData(type, chunks, allocate);
  const bytes = allocate(length * 4);
  const offsets = new Int32Array(bytes.buffer, bytes.byteOffset, length);
  moveWords(joinedUnion.valueOffsets as Int32Array, places, offsets);
  const typeIds = scatterTypeIds([joinedUnion], places, length, allocate);
  return dataOf(joinedUnion.type, length, 0, { offsets, typeIds }, { children: joinedUnion.children });
}

>>>>>>> main
/** Views move as they are; the buffers of the long values are shared by all groups. */
function scatterViews(type: DataType, chunks: readonly Data[], target: Target): Data {
  const { places, length, allocate } = target;
  const joinedViews = concatData(type, chunks, allocate);
  const values = allocate(length * 16);
  moveRows(bytesOf(joinedViews.values), places, values, 16);
  return dataOf(type, length, ...withValidity(chunks, target, { values }), {
    variadic: joinedViews.variadicBuffers,
  });
}
