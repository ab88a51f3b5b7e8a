import { types } from 'node:util';
import { globalPath } from './globals.js';
import { moduleNode } from './modules.js';
import { parseFunction } from './parse.js';
import type { ContainerNode, Field, Node, Slot } from './payload.js';
import { refusal, wayOut } from './refusal.js';
import type { Place, Walk } from './walk.js';

/** Kinds that structured clone copies whole, with the intrinsic prototypes such a value may inherit from. */
const copied: readonly { readonly is: (value: unknown) => boolean; readonly bases: readonly string[] }[] = [
  {
    is: types.isTypedArray,
    bases:
      `Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array
      Float64Array BigInt64Array BigUint64Array Buffer`.split(/\s+/),
  },
  { is: types.isAnyArrayBuffer, bases: ['ArrayBuffer', 'SharedArrayBuffer'] },
  { is: types.isDataView, bases: ['DataView'] },
  { is: types.isDate, bases: ['Date'] },
  { is: types.isRegExp, bases: ['RegExp'] },
  { is: types.isBoxedPrimitive, bases: ['Number', 'String', 'Boolean', 'BigInt', 'Symbol'] },
];

const errors =
  'Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError'.split(' ');

/** The node of an object that is neither of a codec nor of a module. */
export function captureObject(walk: Walk, value: object, place: Place): Node {
  const copy = copied.find(({ is }) => is(value));
  if (copy) {
    const proto = prototypeSlot(walk, value, copy.bases, place);
    const lastIndex = types.isRegExp(value) && value.lastIndex > 0 ? value.lastIndex : undefined;
    return { kind: 'copy', value: proto === undefined ? value : unpooled(value), proto, lastIndex };
  }
  if (types.isModuleNamespaceObject(value)) {
    // Its module is not one a worker could import, so its members travel one by one.
    return {
      kind: 'object',
      items: [],
      fields: walk.fields(value, place, (key) => typeof key === 'symbol'),
      proto: null,
    };
  }
  if (value instanceof URL) return { kind: 'url', href: value.href };
  const holder = prototypeHolder(value);
  if (holder)
    return {
      kind: 'prototype',
      of: walk.slot(holder, { ...place, path: place.path.part(`(class ${holder.name})`) }),
    };
  if (Array.isArray(value)) return captureArray(walk, value, place);
  const star = starOriginal(value);
  if (star) return { kind: 'star', of: walk.slot(star, place) };
  if (types.isMap(value)) {
    const proto = prototypeSlot(walk, value, ['Map'], place);
    return { kind: 'map', items: mapItems(walk, value, place), fields: walk.fields(value, place), proto };
  }
  if (types.isSet(value)) {
    const proto = prototypeSlot(walk, value, ['Set'], place);
    const member = { ...place, path: place.path.part('(member)') };
    return {
      kind: 'set',
      items: Array.from(value, (each) => walk.slot(each, member)),
      fields: walk.fields(value, place),
      proto,
    };
  }
  if (isUncopyable(value)) throw uncopyable(value, place);
  if (types.isNativeError(value)) {
    const proto = prototypeSlot(walk, value, errors, place);
    return { kind: 'error', items: [], fields: errorFields(walk, value, place), proto };
  }
  const proto = prototypeSlot(walk, value, [], place);
  return { kind: 'object', items: [], fields: walk.fields(value, place), proto };
}

/** From Node 21 on `stack` is an accessor, of native functions. */
function errorFields(walk: Walk, error: Error, place: Place): Field[] {
  const fields = walk.fields(error, place, (key) => key === 'stack');
  if (Object.hasOwn(error, 'stack')) fields.push({ key: 'stack', hidden: true, value: error.stack });
  return fields;
}

function captureArray(walk: Walk, value: readonly unknown[], place: Place): Node {
  const proto = prototypeSlot(walk, value, ['Array'], place);
  // The usual large array, of numbers and strings, goes as one piece.
  if (proto === undefined && value.every(isPrimitive)) return { kind: 'copy', value };
  const dense = Object.keys(value).length === value.length;
  if (!dense) {
    return { kind: 'array', items: [], fields: walk.fields(value, place), proto };
  }
  const items = value.map((item, index) =>
    isPrimitive(item) ? (item as Slot) : walk.slot(item, { ...place, path: place.path.part(`[${index}]`) }),
  );
  return { kind: 'array', items, fields: [], proto };
}

function isPrimitive(value: unknown): boolean {
  return (
    value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
  );
}

function mapItems(walk: Walk, map: ReadonlyMap<unknown, unknown>, place: Place): Slot[] {
  const items: Slot[] = [];
  const key = { ...place, path: place.path.part('(key)') };
  for (const [name, value] of map) {
    const shown =
      typeof name === 'object' || typeof name === 'function'
        ? '…'
        : typeof name === 'string'
          ? JSON.stringify(name)
          : String(name);
    items.push(walk.slot(name, key));
    items.push(
      isPrimitive(value)
        ? (value as Slot)
        : walk.slot(value, { ...place, path: place.path.part(`.get(${shown})`) }),
    );
  }
  return items;
}

/** A small Buffer is a window on a pool of 8 KB that others' data lies in, too. */
function unpooled(value: object): object {
  return Buffer.isBuffer(value) && value.buffer.byteLength === Buffer.poolSize
    ? new Uint8Array(value)
    : value;
}

/** The function whose `prototype` this object is. */
function prototypeHolder(value: object): { name: string } | undefined {
  const holder: unknown = Object.getOwnPropertyDescriptor(value, 'constructor')?.value;
  return typeof holder === 'function' && Object.getOwnPropertyDescriptor(holder, 'prototype')?.value === value
    ? holder
    : undefined;
}

/** TypeScript's `__importStar(require('m'))` is `{ ...m, default: m }`. */
function starOriginal(value: object): object | undefined {
  const original: unknown = Object.getOwnPropertyDescriptor(value, 'default')?.value;
  if (typeof original !== 'object' && typeof original !== 'function') return undefined;
  if (original === null || !moduleNode(original) || Object.getPrototypeOf(value) !== Object.prototype)
    return undefined;
  const keys = Object.keys(value);
  const same = keys.every(
    (key) => key === 'default' || Reflect.get(value, key) === Reflect.get(original, key),
  );
  return keys.length > 1 && same ? original : undefined;
}

/**
 * The slot for an object's prototype; undefined for the usual one of its kind. Refuses what inherits from a class of the language or
 * of Node other than `bases`, whose inside cannot be read, and classes with #private members.
 */
function prototypeSlot(
  walk: Walk,
  value: object,
  bases: readonly string[],
  place: Place,
): ContainerNode['proto'] {
  const proto: object | null = Object.getPrototypeOf(value);
  if (proto === null) return null;
  if (isPlain(proto)) return undefined;
  for (let step: object | null = proto; step && !isPlain(step); step = Object.getPrototypeOf(step)) {
    const holder = prototypeHolder(step);
    if (!holder) continue;
    const path = globalPath(step) ?? (globalPath(holder) && [holder.name]);
    if (path) {
      if (bases.includes(path[0])) break;
      throw uncopyable(value, place, holder.name);
    }
    if (moduleNode(holder)?.via === 'builtin' || isTimerClass(holder))
      throw uncopyable(value, place, holder.name);
    const inside = insideOf(holder);
    if (inside === 'native') throw uncopyable(value, place, holder.name);
    if (inside === 'private') {
      const reason = `${holder.name} cannot be copied: the #private members of its instances cannot be read`;
      throw refusal(place.path, reason, wayOut.value);
    }
  }
  if (isUsual(proto, bases)) return undefined;
  return walk.slot(proto, { ...place, path: place.path.part('(prototype)') });
}

/** Would a fresh copy have this prototype anyway? */
function isUsual(proto: object, bases: readonly string[]): boolean {
  const base = globalPath(proto)?.[0];
  if (base === undefined || !bases.includes(base) || base === 'Buffer') return false;
  return base === 'Error' || !errors.includes(base);
}

/** `Object.prototype`, of this realm or another. */
function isPlain(proto: object): boolean {
  if (proto === Object.prototype) return true;
  return Object.getPrototypeOf(proto) === null && prototypeHolder(proto)?.name === 'Object';
}

function insideOf(holder: object): 'native' | 'private' | 'open' {
  const text = Function.prototype.toString.call(holder);
  if (/\{\s*\[native code\]\s*\}$/.test(text)) return 'native';
  if (!text.includes('#')) return 'open';
  try {
    return parseFunction(text).analysis.privateMembers ? 'private' : 'open';
  } catch {
    return 'open';
  }
}

/** What `setTimeout` gives is of a class that Node exports nowhere. */
function isTimerClass(holder: { name: string }): boolean {
  if (holder.name !== 'Timeout' && holder.name !== 'Immediate') return false;
  const timer = holder.name === 'Timeout' ? setTimeout(() => undefined) : setImmediate(() => undefined);
  if (holder.name === 'Timeout') clearTimeout(timer as NodeJS.Timeout);
  else clearImmediate(timer as NodeJS.Immediate);
  return timer.constructor === holder;
}

function isUncopyable(value: object): boolean {
  return (
    types.isPromise(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value) ||
    types.isGeneratorObject(value) ||
    types.isMapIterator(value) ||
    types.isSetIterator(value) ||
    types.isExternal(value)
  );
}

function uncopyable(value: object, place: Place, name?: string): Error {
  const own: unknown = Reflect.get(value, 'constructor');
  const shown =
    typeof own === 'function' && own.name
      ? own.name
      : (name ?? Object.prototype.toString.call(value).slice(8, -1));
  return refusal(place.path, `${shown} cannot be copied`, wayOut.value);
}
