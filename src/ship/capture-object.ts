import { types } from 'node:util';
import type { GraphWalk, Place } from './graph-walk.js';
import { moduleNode } from './module-index.js';
import type { ContainerNode, CopyNode, Field, Node, SharedNode, Slot } from './payload.js';
import { errorClasses, prototypeHolder, prototypeSlot, uncopyable } from './prototype.js';
import { refusal, remedy } from './refusal.js';
import { captureShipState } from './state-methods.js';

/**
 * The kinds that structured clone copies whole, each with the built-in classes that
 * such a value may inherit from.
 */
const copied: readonly { readonly is: (value: unknown) => boolean; readonly bases: readonly string[] }[] = [
  {
    is: types.isTypedArray,
    bases: `Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array
      Float32Array Float64Array BigInt64Array BigUint64Array Buffer`.split(/\s+/),
  },
  { is: types.isAnyArrayBuffer, bases: ['ArrayBuffer', 'SharedArrayBuffer'] },
  { is: types.isDataView, bases: ['DataView'] },
  { is: types.isDate, bases: ['Date'] },
  { is: types.isRegExp, bases: ['RegExp'] },
  { is: types.isBoxedPrimitive, bases: ['Number', 'String', 'Boolean', 'BigInt'] },
];

/**
 * Returns the node of an object that is no plain data, belongs to no codec, and
 * is reachable through no module.
 */
export function captureObject(walk: GraphWalk, value: object, place: Place): Node {
  const hooked = captureShipState(walk, value, place);
  if (hooked) return hooked;
  // process.env looks like an object of the user's; a worker's own may differ, so
  // its present contents are sent.
  if (value === process.env) return { kind: 'copy', at: walk.copy({ ...process.env }, place, 0) };
  const copy = copied.find(({ is }) => is(value));
  if (copy) return captureCopy(walk, value, copy.bases, place);
  if (types.isModuleNamespaceObject(value)) {
    // A worker cannot import this namespace's module, so its members are captured one by one.
    return {
      kind: 'object',
      items: [],
      fields: walk
        .fields(value, place, (key) => typeof key === 'symbol')
        .map(({ locked: _locked, ...field }) => field),
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
  const star = importStarSource(value);
  if (star) return { kind: 'star', of: walk.slot(star, place) };
  return { ...captureContainer(walk, value, place), ...integrityOf(value) };
}

function captureContainer(walk: GraphWalk, value: object, place: Place): ContainerNode {
  if (Array.isArray(value)) return captureArray(walk, value, place);
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
  const kind = types.isNativeError(value) ? 'error' : 'object';
  const proto = prototypeSlot(walk, value, kind === 'error' ? errorClasses : [], place);
  // Skips the `callee` of an arguments object: reading it in strict code throws,
  // and workers have no use for it.
  const isArguments = types.isArgumentsObject(value);
  const fields =
    kind === 'error'
      ? errorFields(walk, value as Error, place)
      : walk.fields(value, place, (key) => isArguments && key === 'callee');
  return { kind, items: [], fields, proto };
}

/**
 * Captures an error's properties; `stack` as a plain value, since from Node 21 on it is a native accessor.
 */
function errorFields(walk: GraphWalk, error: Error, place: Place): Field[] {
  const fields = walk.fields(error, place, (key) => key === 'stack');
  if (Object.hasOwn(error, 'stack')) fields.push({ key: 'stack', hidden: true, value: error.stack });
  return fields;
}

function captureCopy(
  walk: GraphWalk,
  value: object,
  bases: readonly string[],
  place: Place,
): CopyNode | SharedNode {
  const proto = prototypeSlot(walk, value, bases, place);
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (types.isSharedArrayBuffer(buffer)) return { kind: 'shared', value, proto };
  if (types.isSymbolObject(value)) throw refusal(place.path, 'Object(symbol) cannot be copied', remedy.value);
  const bytes = types.isAnyArrayBuffer(buffer) ? buffer.byteLength : 0;
  const at = walk.copy(proto === undefined ? value : outOfPool(value), place, bytes);
  // Does not list the properties of a typed array: each element is one.
  if (ArrayBuffer.isView(value)) return { kind: 'copy', at, proto };
  const isCloned = (key: string | symbol): boolean =>
    types.isRegExp(value) ? key === 'lastIndex' && value.lastIndex === 0 : isCharacter(value, key);
  return { kind: 'copy', at, proto, fields: walk.fields(value, place, isCloned) };
}

/** Tells whether a property is a character, or the length, of a String object. */
function isCharacter(value: object, key: string | symbol): boolean {
  return types.isStringObject(value) && Object.getOwnPropertyDescriptor(value, key)?.configurable === false;
}

/** Tells which of `Object.freeze`, `seal` and `preventExtensions` has been applied to an object. */
function integrityOf(value: object): Pick<ContainerNode, 'integrity'> {
  if (Object.isExtensible(value)) return {};
  if (Object.isFrozen(value)) return { integrity: 'frozen' };
  return { integrity: Object.isSealed(value) ? 'sealed' : 'closed' };
}

function captureArray(walk: GraphWalk, value: readonly unknown[], place: Place): ContainerNode {
  const proto = prototypeSlot(walk, value, ['Array'], place);
  const isDense = Object.keys(value).length === value.length && !hasMore(value);
  if (!isDense) {
    return { kind: 'array', items: [], fields: walk.fields(value, place), proto };
  }
  const items = value.map((item, index) =>
    isPrimitive(item) ? (item as Slot) : walk.slot(item, { ...place, path: place.path.part(`[${index}]`) }),
  );
  return { kind: 'array', items, fields: [], proto };
}

/**
 * Tells whether a dense array has more than elements with values: symbols, getters, or hidden properties such
 * as the `raw` of a template's strings.
 */
function hasMore(value: readonly unknown[]): boolean {
  const keys = Reflect.ownKeys(value);
  if (keys.length !== value.length + 1) return true;
  return keys.some((key) => 'get' in (Object.getOwnPropertyDescriptor(value, key) ?? {}));
}

function isPrimitive(value: unknown): boolean {
  return (
    value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol')
  );
}

function mapItems(walk: GraphWalk, map: ReadonlyMap<unknown, unknown>, place: Place): Slot[] {
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

/**
 * Copies a Buffer that lies in Node's 8 KB pool: cloning it would clone the whole pool, with data of others.
 */
function outOfPool(value: object): object {
  return Buffer.isBuffer(value) && value.buffer.byteLength === Buffer.poolSize
    ? new Uint8Array(value)
    : value;
}

/**
 * Returns the module behind a copy that TypeScript's `__importStar(require('m'))` made; the copy is
 * `{ ...m, default: m }`.
 */
function importStarSource(value: object): object | undefined {
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

function isUncopyable(value: object): boolean {
  return (
    types.isPromise(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value) ||
    types.isGeneratorObject(value) ||
    types.isMapIterator(value) ||
    types.isSetIterator(value) ||
    types.isExternal(value) ||
    isTimer(value)
  );
}

/** Recognizes what setTimeout, setInterval and setImmediate return; Node does not export the classes. */
function isTimer(value: object): boolean {
  return (
    (Object.hasOwn(value, '_onTimeout') || Object.hasOwn(value, '_onImmediate')) &&
    typeof Reflect.get(value, 'hasRef') === 'function'
  );
}
