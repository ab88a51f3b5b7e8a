import { type Data, Type, type Union } from 'apache-arrow';
import { concatData } from './concat.js';
import { dataOf, layoutOf } from './layout.js';
import { retype } from './retype.js';

/*
 * A byte of a bitmap holds bits of eight rows, so at the edge of a group it is another group's too. Setting a bit rewrites its byte:
 * of two threads that do so at once one loses its change. Hence a group that can be written to gets bitmaps of its own. Where there are
 * bits inside lists or dense unions, whose rows are not one range, it gets the whole column as a copy.
 */

/** Must a group that can be written to have this column as a copy? */
export function needsPrivateCopy(data: Data): boolean {
  const layout = layoutOf(data.type);
  if (layout === 'list' || layout === 'denseUnion') return data.children.some(hasBits);
  return data.children.some(needsPrivateCopy);
}

const hasBits = (data: Data): boolean =>
  data.type.typeId === Type.Bool || (data.nullBitmap?.length ?? 0) > 0 || data.children.some(hasBits);

/** The same rows in memory of their own. */
export function privateCopy(data: Data): Data {
  const { type } = data;
  const allocate = (size: number) => new Uint8Array(size);
  if (layoutOf(type) !== 'denseUnion') return concatData(type, [data], allocate);
  // The children as a whole belong to all groups; only the values that the rows point at are copied.
  const { typeIdToChildIndex } = type as Union;
  const offsets = new Int32Array(data.length);
  const parts = data.children.map((): Data[] => []);
  for (let i = 0; i < data.length; i++) {
    const child = typeIdToChildIndex[data.typeIds[i]];
    offsets[i] = parts[child].push(data.children[child].slice(data.valueOffsets[i], 1)) - 1;
  }
  const children = parts.map((rows, k) => concatData(type.children[k].type, rows, allocate));
  const typeIds = (data.typeIds as Int8Array).slice(0, data.length);
  return dataOf(retype(type, children), data.length, 0, { offsets, typeIds }, { children });
}

/** The same rows with bitmaps of their own: validity, and the values of booleans. Everything else stays where it is. */
export function withPrivateBitmaps(data: Data): Data {
  const isBool = data.type.typeId === Type.Bool;
  const isLeaf = data.children.length === 0 || data.valueOffsets !== undefined;
  const children = isLeaf ? data.children : data.children.map(withPrivateBitmaps);
  const hasOwn = !isLeaf && children.some((child, k) => child !== data.children[k]);
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

/** Do the bitmaps that {@link withPrivateBitmaps} made of `source` still hold what they were made of? */
export function bitmapsAreUnchanged(own: Data, source: Data): boolean {
  if (own === source) return true;
  const { offset } = source;
  return (
    sameBits(own.nullBitmap, source.nullBitmap, offset) &&
    (own.type.typeId !== Type.Bool || sameBits(own.values, source.values, offset)) &&
    own.children.every((child, k) => bitmapsAreUnchanged(child, source.children[k]))
  );
}

/** A copy of the bytes that hold the bits of the rows of `data`. */
function bits({ offset, length }: Data, bitmap: Uint8Array | undefined): Uint8Array | undefined {
  if (!bitmap?.length) return undefined;
  const first = offset >>> 3;
  const copy = new Uint8Array(((offset + length + 7) >>> 3) - first);
  for (let i = 0; i < copy.length; i++) copy[i] = bitmap[first + i];
  return copy;
}

function sameBits(own: Uint8Array | undefined, source: Uint8Array | undefined, offset: number): boolean {
  if (own === undefined) return !source?.length;
  if (source === undefined) return false;
  const first = offset >>> 3;
  for (let i = 0; i < own.length; i++) if (own[i] !== source[first + i]) return false;
  return true;
}
