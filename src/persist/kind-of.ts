import { types } from 'node:util';
import { isPlainObject } from '../arrow/index.js';
import { isKnownError } from '../values/index.js';
import { isSpecial } from './specials.js';

/** How a value is kept: with what is in it, as an error, by V8 alone, in a way of its own, or not. */
export type Kind = 'container' | 'error' | 'leaf' | 'special' | 'refused';

export function kindOf(value: object): Kind {
  if (types.isProxy(value)) return 'refused';
  if (isPlainObject(value)) return 'container';
  if (ArrayBuffer.isView(value)) return 'leaf';
  if (isSpecial(value)) return 'special';
  if (!isBuiltIn(Object.getPrototypeOf(value))) return 'refused';
  if (Array.isArray(value) || types.isMap(value) || types.isSet(value)) return 'container';
  if (types.isDate(value) || types.isRegExp(value)) return 'leaf';
  if (types.isBoxedPrimitive(value) && !types.isSymbolObject(value)) return 'leaf';
  return types.isNativeError(value) && isKnownError(value) ? 'error' : 'refused';
}

const builtIns = new WeakMap<object, boolean>();

/** Is this the prototype of a class of the language, in any realm? */
function isBuiltIn(proto: object): boolean {
  let known = builtIns.get(proto);
  if (known === undefined) {
    const holder: unknown = Object.getOwnPropertyDescriptor(proto, 'constructor')?.value;
    known =
      typeof holder === 'function' &&
      Object.getOwnPropertyDescriptor(holder, 'prototype')?.value === proto &&
      /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(holder));
    builtIns.set(proto, known);
  }
  return known;
}
