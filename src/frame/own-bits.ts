import { type Data, Type } from 'apache-arrow';

/*
 * A byte of a bitmap holds bits of eight rows, so at the edge of a group it is another group's too. Setting a bit rewrites its byte:
 * of two threads that do so at once one loses its change. Hence a group that can be written to gets bitmaps of its own. Bits inside
 * lists and dense unions stay shared: their rows are not one range.
 */

/** The same rows with bitmaps of their own: validity, and the values of booleans. Everything else stays where it is. */
export function withOwnBits(data: Data): Data {
  const children = data.valueOffsets ? data.children : data.children.map(withOwnBits);
  const isBool = data.type.typeId === Type.Bool;
  const hasOwn = children.some((child, k) => child !== data.children[k]);
  if (!data.nullBitmap?.length && !isBool && !hasOwn) return data;
  const { type, offset, length, values, valueOffsets, typeIds } = data;
  const buffers = [valueOffsets, isBool ? bits(data, values) : values, bits(data, data.nullBitmap), typeIds];
  const own = data.clone(
    type,
    offset & 7,
    length,
    data.nullBitmap?.length ? -1 : 0,
    buffers as never,
    children,
  );
  // Counted now: apache-arrow counts a row twice that is set to null while the count is unknown.
  void own.nullCount;
  return own;
}

/** Do the bitmaps that {@link withOwnBits} made of `source` still hold what they were made of? */
export function bitsAreUnchanged(own: Data, source: Data): boolean {
  if (own === source) return true;
  return (
    sameBytes(own.nullBitmap, bits(source, source.nullBitmap)) &&
    (own.type.typeId !== Type.Bool || sameBytes(own.values, bits(source, source.values))) &&
    own.children.every((child, k) => bitsAreUnchanged(child, source.children[k]))
  );
}

/** A copy of the bytes that hold the bits of the rows of `data`. */
function bits({ offset, length }: Data, bitmap: Uint8Array | undefined): Uint8Array | undefined {
  return bitmap?.length
    ? new Uint8Array(bitmap.subarray(offset >>> 3, (offset + length + 7) >>> 3))
    : undefined;
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && Buffer.compare(a, b) === 0);
}
