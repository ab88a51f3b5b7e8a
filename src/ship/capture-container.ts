import { types } from 'node:util';
import { ERROR_CLASSES } from '../values/index.js';
import type { GraphWalk, Place } from './graph-walk.js';
import { integrityOf } from './integrity.js';
import type { ContainerNode, Field, Slot } from './payload.js';
import { prototypeSlot, uncopyable } from './prototype.js';

/** Returns the node of an array, map, set, error or object, whose parts are captured one by one. */
export function captureContainer(walk: GraphWalk, value: object, place: Place): ContainerNode {
  return { ...captureParts(walk, value, place), ...integrityOf(value) };
}

function captureParts(walk: GraphWalk, value: object, place: Place): ContainerNode {
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
  const proto = prototypeSlot(walk, value, kind === 'error' ? ERROR_CLASSES : [], place);
  // Skips the `callee` of an arguments object: reading it in strict code throws, and workers have no use for
  // it.
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

/** Lists a map's keys and values, in turns. */
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

/** Recognizes built-in objects whose state cannot be read from outside. */
function isUncopyable(value: object): boolean {
  return (
    types.isPromise(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value) ||
    types.isGeneratorObject(value) ||
    types.isMapIterator(value) ||
    types.isSetIterator(value) ||
    types.isExternal(value) ||
    types.isSymbolObject(value) ||
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
