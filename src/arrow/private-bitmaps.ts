import { type Data, Type, type Union } from 'apache-arrow';
import { concatData } from './concat.js';
import { dataOf, layoutOf } from './layout.js';
import { retype } from './retype.js';

/*
 * A byte of a bitmap holds eight rows, and neighbouring groups share the byte at their edge. Setting a bit
 * rewrites the byte, and if two threads do that at once, one change is lost. So a group that a function may
 * write to gets bitmaps of its own. Of lists and dense unions with bits inside, all values that the group's
 * rows point at are copied: apache-arrow does not slice their children to these rows.
 */

/** Tells whether a writable group needs a full copy of this column. */
export function needsPrivateCopy(data: Data): boolean {
  const layout = layoutOf(data.type);
  if (layout === 'list' || layout === 'denseUnion') return data.children.some(hasBits);
  return data.children.some(needsPrivateCopy);
}

const hasBits = (data: Data): boolean =>
  data.type.typeId === Type.Bool || (data.nullBitmap?.length ?? 0) > 0 || data.children.some(hasBits);

/** Copies the rows of a column to memory of their own. */
export function privateCopy(data: Data): Data {
  const { type } = data;
  const allocate = (size: number) => new Uint8Array(size);
  if (layoutOf(type) !== 'denseUnion') return concatData(type, [data], allocate);
  // All groups share the children, so only the values that these rows point at are copied.
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

/**
 * Returns the same rows with copies of their bitmaps: validity, and the values of booleans. Other buffers are
 * shared.
 */
export function withPrivateBitmaps(data: Data): Data {
  const isBool = data.type.typeId === Type.Bool;
  const keepsChildren = data.children.length === 0 || data.valueOffsets !== undefined;
  const children = keepsChildren ? data.children : data.children.map(withPrivateBitmaps);
  const hasOwn = !keepsChildren && children.some((child, k) => child !== data.children[k]);
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
  // Computes the null count now: apache-arrow counts a row twice if it is set to null while the count is
  // unknown.
  // biome-ignore lint/complexity/noVoid: the getter counts.
  void own.nullCount;
  return own;
}

/**
 * Tells whether the bitmaps that {@link withPrivateBitmaps} copied from `source` still equal those of
 * `source`.
 */
export function bitmapsAreUnchanged(own: Data, source: Data): boolean {
  if (own === source) return true;
  const { offset } = source;
  return (
    sameBits(own.nullBitmap, source.nullBitmap, offset) &&
    (own.type.typeId !== Type.Bool || sameBits(own.values, source.values, offset)) &&
    own.children.every((child, k) => bitmapsAreUnchanged(child, source.children[k]))
  );
}

/** Copies the bytes of a bitmap that hold the rows of `data`. */
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
