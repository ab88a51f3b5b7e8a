import { isNative } from '../values/index.js';

const TypedArray = Object.getPrototypeOf(Uint8Array) as typeof Uint8Array;

/** The classes of the values that code computes with. */
const CLASSES = [Object, Function, Array, TypedArray, String, Number, BigInt, Boolean, Date, Map, Set, Error];
/** The objects whose members code reads, of these values and of globals. */
const OWNERS: readonly object[] = [Math, ...CLASSES, ...CLASSES.map(({ prototype }) => prototype as object)];

/** Functions that are known to be native: to find one here is faster than to look at its text. */
const native = new WeakSet<object>();

/**
 * Tells whether this program gave built-in objects a member of that name, as in `Array.prototype.sum = …`.
 * Workers do not have it, and it may do anything.
 */
export const isChangedMember = (name: string): boolean =>
  OWNERS.some((owner) => {
    if (!Object.hasOwn(owner, name)) return false;
    const { value, get, writable } = Object.getOwnPropertyDescriptor(owner, name) as PropertyDescriptor;
    const code: unknown = get ?? value;
    return typeof code === 'function' ? !isKnownNative(code) : writable !== false && !CONSTANTS.has(name);
  });

/** The members that are no functions: of arrays, texts and functions. */
const CONSTANTS = new Set(['length', 'name', 'message']);

function isKnownNative(code: object): boolean {
  const isOne = native.has(code) || isNative(code);
  if (isOne) native.add(code);
  return isOne;
}
