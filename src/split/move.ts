/*
 * Moves values to their places. Each type of array has a loop of its own: V8 compiles a loop that sees
 * several types to code that is several times slower.
 */

/**
 * Moves rows of `width` bytes. 64-bit values move as bigints, because moving floats changes the bits of some
 * NaNs.
 */
export function moveRows(source: Uint8Array, places: Int32Array, out: Uint8Array, width: number): void {
  const aligned = source.byteOffset % width === 0;
  const as = <T>(
    View: new (buffer: ArrayBufferLike, offset: number, length: number) => T,
    bytes: Uint8Array,
    size: number,
  ) => new View(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / size));
  if (width === 0) return;
  if (width === 1) return moveBytes(source, places, out);
  if (width === 2 && aligned) return moveShorts(as(Uint16Array, source, 2), places, as(Uint16Array, out, 2));
  if (width === 4 && aligned) return moveWords(as(Int32Array, source, 4), places, as(Int32Array, out, 4));
  if (width === 8 && aligned)
    return moveLongs(as(BigInt64Array, source, 8), places, as(BigInt64Array, out, 8));
  if (width === 3) return moveTriples(source, places, out);
  if (width % 4 === 0 && source.byteOffset % 4 === 0) {
    return moveMany(as(Int32Array, source, 4), places, as(Int32Array, out, 4), width / 4);
  }
  if (width > 4) return moveStrings(source, places, out, width);
  return moveMany(source, places, out, width);
}

function moveStrings(source: Uint8Array, places: Int32Array, out: Uint8Array, width: number): void {
  const from = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const to = new DataView(out.buffer, out.byteOffset, out.byteLength);
  for (let i = 0; i < places.length; i++) {
    if (places[i] >= 0) copyBytes(from, i * width, to, places[i] * width, width);
  }
}

/** Moves rows of three bytes, two and one at a time: codes of airports, currencies and countries. */
function moveTriples(source: Uint8Array, places: Int32Array, out: Uint8Array): void {
  const from = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const to = new DataView(out.buffer, out.byteOffset, out.byteLength);
  for (let i = 0, at = 0; i < places.length; i++, at += 3) {
    const place = places[i];
    if (place < 0) continue;
    to.setInt16(place * 3, from.getInt16(at, true), true);
    to.setInt8(place * 3 + 2, from.getInt8(at + 2));
  }
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

export function moveBytes(source: Uint8Array, places: Int32Array, out: Uint8Array): void {
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

export function moveWords(source: Int32Array, places: Int32Array, out: Int32Array): void {
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

/**
 * Copies a few bytes word by word; the last word overlaps the one before it. Several times faster than byte
 * by byte.
 */
export function copyBytes(source: DataView, from: number, out: DataView, to: number, length: number): void {
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
