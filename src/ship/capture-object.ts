import { types } from 'node:util';
import type { GraphWalk, Place } from './graph-walk.js';
import { moduleNode } from './module-index.js';
import type { ContainerNode, CopyNode, Field, Node, SharedNode, Slot } from './payload.js';
import { errorClasses, prototypeHolder, prototypeSlot, uncopyable } from './prototype.js';
import { refusal, remedy } from './refusal.js';
import { captureShipState } from './state-methods.js';

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
  { is: types.isBoxedPrimitive, bases: ['Number', 'String', 'Boolean', 'BigInt'] },
];

/** The node of an object that is neither plain data nor of a codec nor of a module. */
export function captureObject(walk: GraphWalk, value: object, place: Place): Node {
  const hooked = captureShipState(walk, value, place);
  if (hooked) return hooked;
  // The one object of Node's that looks like the user's: it travels as it is now.
  if (value === process.env) return { kind: 'copy', at: walk.copy({ ...process.env }, place, 0) };
  const copy = copied.find(({ is }) => is(value));
  if (copy) return captureCopy(walk, value, copy.bases, place);
  if (types.isModuleNamespaceObject(value)) {
    // Its module is not one a worker could import, so its members travel one by one.
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
  const star = starOriginal(value);
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
  // The function an arguments object belongs to is not to be had in strict code, and of no use elsewhere.
  const isArguments = types.isArgumentsObject(value);
  const fields =
    kind === 'error'
      ? errorFields(walk, value as Error, place)
      : walk.fields(value, place, (key) => isArguments && key === 'callee');
  return { kind, items: [], fields, proto };
}

/** From Node 21 on `stack` is an accessor, of native functions. */
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
  const at = walk.copy(proto === undefined ? value : unpooled(value), place, bytes);
  // The elements of a typed array are own properties, too: listing them would cost more than all else.
  if (ArrayBuffer.isView(value)) return { kind: 'copy', at, proto };
  const isUnsaid = (key: string | symbol): boolean =>
    types.isRegExp(value) ? key === 'lastIndex' && value.lastIndex === 0 : isPartOf(value, key);
  return { kind: 'copy', at, proto, fields: walk.fields(value, place, isUnsaid) };
}

/** The characters of a String object are properties of it. */
function isPartOf(value: object, key: string | symbol): boolean {
  return types.isStringObject(value) && Object.getOwnPropertyDescriptor(value, key)?.configurable === false;
}

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

/** Symbols, hidden properties like `raw` of a template's strings, elements with getters. */
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

/** A small Buffer is a window on a pool of 8 KB that others' data lies in, too. */
function unpooled(value: object): object {
  return Buffer.isBuffer(value) && value.buffer.byteLength === Buffer.poolSize
    ? new Uint8Array(value)
    : value;
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

/** What setTimeout, setInterval and setImmediate give. Their classes are known to Node alone. */
function isTimer(value: object): boolean {
  return (
    (Object.hasOwn(value, '_onTimeout') || Object.hasOwn(value, '_onImmediate')) &&
    typeof Reflect.get(value, 'hasRef') === 'function'
  );
}
