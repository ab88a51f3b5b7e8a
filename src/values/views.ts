import { globalClass } from '../util/index.js';

/**
 * The classes of views on memory: typed arrays, DataView and Buffer. Files that `dump` wrote hold positions
 * in this list, so new names go to its end.
 */
export const VIEW_CLASSES = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'DataView',
  'Buffer',
] as const;

const positions = new Map<string, number>(VIEW_CLASSES.map((name, position) => [name, position]));

const TypedArray = Object.getPrototypeOf(Int8Array.prototype) as object;
const tagOf = Object.getOwnPropertyDescriptor(TypedArray, Symbol.toStringTag)?.get as (
  this: object,
) => string | undefined;

/**
 * Returns the name of a view's class, in any realm. A view of another class has the name of the one that it
 * extends.
 */
export const viewClassOf = (view: ArrayBufferView): string =>
  Buffer.isBuffer(view) ? 'Buffer' : (tagOf.call(view) ?? 'DataView');

/** Returns the position of a view's class in {@link VIEW_CLASSES}; -1 for what is no view. */
export const viewPosition = (value: object): number =>
  ArrayBuffer.isView(value) ? (positions.get(viewClassOf(value)) ?? -1) : -1;

type ViewClass = {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): ArrayBufferView;
  readonly BYTES_PER_ELEMENT?: number;
};

/** Memory that a view shows. */
export interface Memory {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** Position -> class; undefined for one that this version of Node lacks. */
const constructors = VIEW_CLASSES.map((name) => globalClass(name) as ViewClass | undefined);
const BUFFER = VIEW_CLASSES.indexOf('Buffer');

/** Makes a view of the class at this position in {@link VIEW_CLASSES}. */
export function viewOn(position: number, memory: Memory): ArrayBufferView {
  const { buffer, byteOffset, byteLength } = memory;
  if (position === BUFFER) return Buffer.from(buffer, byteOffset, byteLength);
  const View = constructors[position];
  if (!View) throw new TypeError(`this version of Node has no ${VIEW_CLASSES[position]}`);
  return new View(buffer, byteOffset, byteLength / (View.BYTES_PER_ELEMENT ?? 1));
}
