import { types } from 'node:util';
import { type ClassKind, kindOfPrototype } from './classes.js';

/**
 * The kind of an object:
 *
 * - `object`: an object literal
 * - `bare`: the same with no prototype, or with one that has none and belongs to no class of the language
 * - `array`, `map`, `set`
 * - `date`, `regexp`, `url`
 * - `boxed`: a Number, String, Boolean or BigInt object
 * - `error`: of a class of the language
 * - `view`: a typed array, a DataView or a Buffer
 * - `buffer`, `shared`: an ArrayBuffer, a SharedArrayBuffer
 * - `proxy`
 * - `instance`: everything else: instances of other classes, also of those that extend one of the above, and
 *   promises and the like
 */
export type Kind = ClassKind | 'bare' | 'proxy' | 'instance';

/**
 * Tells the kind of an object, of any realm. Reads no property, so it runs no getter and no trap of a Proxy.
 */
export function kindOf(value: object): Kind {
  if (types.isProxy(value)) return 'proxy';
  const prototype = Object.getPrototypeOf(value) as object | null;
  // The most frequent kind, without the look-up.
  if (prototype === Object.prototype) return 'object';
  if (prototype === null) return 'bare';
  const kind = kindOfPrototype(prototype);
  return isInside(value, kind) ? kind : 'instance';
}

/**
 * Returns whether an object is inside what its prototype makes it look like: `Object.create(Map.prototype)`
 * is no Map.
 */
function isInside(value: object, kind: Kind): boolean {
  switch (kind) {
    case 'array':
      return Array.isArray(value);
    case 'map':
      return types.isMap(value);
    case 'set':
      return types.isSet(value);
    case 'date':
      return types.isDate(value);
    case 'regexp':
      return types.isRegExp(value);
    case 'boxed':
      return types.isBoxedPrimitive(value) && !types.isSymbolObject(value);
    case 'error':
      return types.isNativeError(value);
    case 'view':
      return ArrayBuffer.isView(value);
    case 'buffer':
      return types.isArrayBuffer(value);
    case 'shared':
      return types.isSharedArrayBuffer(value);
    default:
      return true;
  }
}

const INSIDE = [
  'array',
  'map',
  'set',
  'view',
  'buffer',
  'shared',
  'date',
  'regexp',
  'boxed',
  'error',
] as const;

/**
 * Returns the kind that V8 treats an object as, whatever its class: an instance of a class that extends Map
 * is a `map`. Undefined for objects that V8 knows nothing more of.
 */
export function insideOf(value: object): (typeof INSIDE)[number] | undefined {
  return INSIDE.find((kind) => isInside(value, kind));
}
