const TypedArray = Object.getPrototypeOf(Uint8Array) as typeof Uint8Array;

/** What the values that code computes with inherit from. */
const PROTOTYPES: readonly object[] = [
  Object,
  Function,
  Array,
  TypedArray,
  String,
  Number,
  BigInt,
  Boolean,
  Date,
  Map,
  Set,
  Error,
].map(({ prototype }) => prototype);

/** Functions of the language itself: to tell one takes longer than to find it here. */
const native = new WeakSet<object>();

/**
 * Tells whether this program gave built-in objects a member of that name, as in `Array.prototype.sum = …`.
 * Workers do not have it, and it may do anything.
 */
export const isChangedMember = (name: string): boolean =>
  PROTOTYPES.some((prototype) => {
    if (!Object.hasOwn(prototype, name)) return false;
    const { value, get } = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
    const code: unknown = get ?? value;
    return typeof code === 'function' ? !isNative(code) : !CONSTANTS.has(name);
  });

/** The members that are no functions: of arrays, texts and functions. */
const CONSTANTS = new Set(['length', 'name', 'message']);

function isNative(code: object): boolean {
  if (native.has(code)) return true;
  const isOne = Function.prototype.toString.call(code).endsWith('{ [native code] }');
  if (isOne) native.add(code);
  return isOne;
}
