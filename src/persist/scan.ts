import { types } from 'node:util';
import { ApplyError } from '../errors.js';
import { isPlainObject } from '../frame/index.js';
import { isSpecial } from './specials.js';

/** What is in a value that structured clone does not keep by itself. */
export interface Findings {
  /** Frames, vectors and the like, in order of appearance. */
  readonly specials: ReadonlySet<object>;
  /** Objects without a prototype. */
  readonly bare: readonly object[];
}

/** Looks through a value before it is written. Throws `ERR_UNSTORABLE`, with the path to what no file can keep. */
export function scan(root: unknown, name: string): Findings {
  const specials = new Set<object>();
  const bare: object[] = [];
  const seen = new Set<object>();
  const waiting: object[] = [];
  const meet = (value: unknown): void => {
    if (typeof value === 'object' && value !== null) {
      if (seen.has(value)) return;
      seen.add(value);
      const kind = kindOf(value);
      if (kind === 'special') specials.add(value);
      else if (kind === 'container') waiting.push(value);
      else if (kind !== 'leaf') refuse(root, value, name);
    } else if (typeof value === 'function' || typeof value === 'symbol') refuse(root, value, name);
  };
  meet(root);
  for (let value = waiting.pop(); value; value = waiting.pop()) {
    if (Object.getPrototypeOf(value) === null) bare.push(value);
    for (const part of parts(value)) meet(part);
  }
  return { specials, bare };
}

type Kind = 'container' | 'leaf' | 'special' | 'refused';

function kindOf(value: object): Kind {
  if (types.isProxy(value)) return 'refused';
  if (isPlainObject(value)) return 'container';
  if (ArrayBuffer.isView(value)) return 'leaf';
  if (isSpecial(value)) return 'special';
  if (!isBuiltIn(Object.getPrototypeOf(value))) return 'refused';
  if (Array.isArray(value) || types.isMap(value) || types.isSet(value)) return 'container';
  if (types.isDate(value) || types.isRegExp(value)) return 'leaf';
  if (types.isBoxedPrimitive(value) && !types.isSymbolObject(value)) return 'leaf';
  return types.isNativeError(value) ? 'leaf' : 'refused';
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

function* parts(value: object): Iterable<unknown> {
  if (Array.isArray(value)) {
    yield* value;
    return;
  }
  if (types.isMap(value)) {
    for (const [key, inner] of value) {
      yield key;
      yield inner;
    }
    return;
  }
  if (types.isSet(value)) {
    yield* value;
    return;
  }
  yield* Object.values(value);
}

/** Says where `culprit` is. The way to it is looked for only now: keeping paths would slow down every other value. */
function refuse(root: unknown, culprit: unknown, name: string): never {
  throw new ApplyError(
    'ERR_UNSTORABLE',
    `dump: ${name}${pathTo(root, culprit)} is ${describe(culprit)}, which no file can keep. ${advice(culprit)}`,
  );
}

function pathTo(root: unknown, culprit: unknown): string {
  const seen = new Set<unknown>();
  const waiting: { value: unknown; path: string }[] = [{ value: root, path: '' }];
  for (const { value, path } of waiting) {
    if (value === culprit) return path;
    if (typeof value !== 'object' || value === null || seen.has(value) || kindOf(value) !== 'container')
      continue;
    seen.add(value);
    if (types.isMap(value)) {
      for (const [key, inner] of value) {
        waiting.push({ value: key, path: `${path}(key)` });
        waiting.push({
          value: inner,
          path: `${path}.get(${typeof key === 'object' ? '…' : JSON.stringify(key)})`,
        });
      }
    } else if (types.isSet(value)) {
      for (const member of value) waiting.push({ value: member, path: `${path}(member)` });
    } else {
      for (const [key, inner] of Object.entries(value)) {
        const step = Array.isArray(value)
          ? `[${key}]`
          : /^[A-Za-z_$][\w$]*$/.test(key)
            ? `.${key}`
            : `[${JSON.stringify(key)}]`;
        waiting.push({ value: inner, path: path + step });
      }
    }
  }
  return '';
}

function describe(value: unknown): string {
  if (typeof value === 'function') return value.name ? `the function ${value.name}` : 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (types.isProxy(value)) return 'a Proxy';
  const holder = (value as { constructor?: { name?: string } }).constructor;
  return `an instance of ${holder?.name || 'a class without a name'}`;
}

function advice(value: unknown): string {
  if (typeof value === 'function') return 'Keep functions in a module, and dump what they need.';
  if (typeof value === 'symbol') return 'Use a string.';
  if (types.isPromise(value)) return 'Await it first.';
  if (types.isProxy(value)) return 'Copy what it stands for into a plain object.';
  return 'Dump its data, for example { ...instance }, and make the instance again after load.';
}
