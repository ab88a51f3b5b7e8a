import { ERROR_CLASSES } from './error-record.js';
import { VIEW_CLASSES } from './views.js';

/** Kinds of objects that have classes of the language, or of Node, to themselves. */
export type ClassKind =
  | 'object'
  | 'array'
  | 'map'
  | 'set'
  | 'date'
  | 'regexp'
  | 'boxed'
  | 'error'
  | 'view'
  | 'buffer'
  | 'shared'
  | 'url';

const kindsOfClasses = new Map<string, ClassKind>([
  ['Object', 'object'],
  ['Array', 'array'],
  ['Map', 'map'],
  ['Set', 'set'],
  ['Date', 'date'],
  ['RegExp', 'regexp'],
  ...['Number', 'String', 'Boolean', 'BigInt'].map((name) => [name, 'boxed'] as const),
  ...ERROR_CLASSES.map((name) => [name, 'error'] as const),
  ...VIEW_CLASSES.map((name) => [name, 'view'] as const),
  ['ArrayBuffer', 'buffer'],
  ['SharedArrayBuffer', 'shared'],
  ['URL', 'url'],
]);

/** Returns the names of the classes of this kind. */
export const classesOf = (kind: ClassKind): readonly string[] =>
  [...kindsOfClasses].filter(([, each]) => each === kind).map(([name]) => name);

/** Prototype -> class. A plain Map would keep the realms of tests alive. */
const known = new WeakMap<object, ClassKind | 'bare' | 'instance'>();

/**
 * Returns the kind of the objects that have this prototype. Classes of other realms count: test runners have
 * realms of their own. A class that extends one of the language makes instances.
 */
export function kindOfPrototype(prototype: object): ClassKind | 'bare' | 'instance' {
  let kind = known.get(prototype);
  if (kind === undefined) {
    kind = classify(prototype);
    known.set(prototype, kind);
  }
  return kind;
}

function classify(prototype: object): ClassKind | 'bare' | 'instance' {
  const holder: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (
    typeof holder === 'function' &&
    Object.getOwnPropertyDescriptor(holder, 'prototype')?.value === prototype
  ) {
    const kind = kindsOfClasses.get(holder.name);
    if (kind && (Reflect.get(globalThis, holder.name) === holder || isNative(holder))) return kind;
  }
  return Object.getPrototypeOf(prototype) === null && !(Symbol.toStringTag in prototype)
    ? 'bare'
    : 'instance';
}

/** Returns whether a function is compiled code, and not source text. */
export function isNative(fn: object): boolean {
  return /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(fn));
}
