import { types } from 'node:util';

/** A kind of value that structured clone copies whole, by the name of its class. */
export type CloneKind = 'Object' | 'Array' | 'Map' | 'Set' | 'Date' | 'RegExp' | 'Memory' | 'Boxed';

const memory =
  `ArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array
Float16Array Float32Array Float64Array BigInt64Array BigUint64Array`.split(/\s+/);

const kinds = new Map<string, CloneKind>([
  ...(['Object', 'Array', 'Map', 'Set', 'Date', 'RegExp'] as const).map((name) => [name, name] as const),
  ...memory.map((name) => [name, 'Memory'] as const),
  ...['Number', 'String', 'Boolean', 'BigInt'].map((name) => [name, 'Boxed'] as const),
]);

const known = new WeakMap<object, { readonly kind: CloneKind | undefined }>();

/** What values with this prototype are, in this realm or another: test runners have realms of their own. */
export function kindOfPrototype(prototype: object): CloneKind | undefined {
  let entry = known.get(prototype);
  if (!entry) {
    entry = { kind: look(prototype) };
    known.set(prototype, entry);
  }
  return entry.kind;
}

function look(prototype: object): CloneKind | undefined {
  const holder: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (typeof holder !== 'function') return undefined;
  if (Object.getOwnPropertyDescriptor(holder, 'prototype')?.value !== prototype) return undefined;
  const kind = kinds.get(holder.name);
  if (!kind) return undefined;
  return Reflect.get(globalThis, holder.name) === holder || isNative(holder) ? kind : undefined;
}

export function isNative(fn: object): boolean {
  return /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(fn));
}

/** Is the value inside what its prototype makes it look like? */
export function isKind(value: object, kind: CloneKind): boolean {
  switch (kind) {
    case 'Object':
      return true;
    case 'Array':
      return Array.isArray(value);
    case 'Map':
      return types.isMap(value);
    case 'Set':
      return types.isSet(value);
    case 'Date':
      return types.isDate(value);
    case 'RegExp':
      return types.isRegExp(value);
    case 'Memory':
      return ArrayBuffer.isView(value) || types.isArrayBuffer(value);
    case 'Boxed':
      return types.isBoxedPrimitive(value);
  }
}
