import { types } from 'node:util';
import { classesOf, insideOf, type Kind } from '../values/index.js';
import { captureContainer } from './capture-container.js';
import { globalPath } from './globals.js';
import type { GraphWalk, Place } from './graph-walk.js';
import { moduleNode } from './module-index.js';
import type { CopyNode, Node, SharedNode } from './payload.js';
import { prototypeHolder, prototypeSlot } from './prototype.js';
import { captureShipState } from './state-methods.js';

/** Structured clone copies the inside of these; their prototypes and properties travel beside it. */
const COPIED: readonly Kind[] = ['view', 'buffer', 'shared', 'date', 'regexp', 'boxed'];

/**
 * Returns the node of an object that is no plain data, belongs to no codec, and is reachable through no
 * module.
 */
export function captureObject(walk: GraphWalk, value: object, place: Place): Node {
  const restored = captureShipState(walk, value, place);
  if (restored) return restored;
  // process.env looks like an object of the user's; a worker's own may differ, so its present contents are
  // sent.
  if (value === process.env) return { kind: 'copy', at: walk.copy({ ...process.env }, place, 0) };
  const inside = insideOf(value);
  if (inside && COPIED.includes(inside)) return captureCopy(walk, value, classesOf(inside), place);
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
  noteStatic(walk, value, place);
  return captureContainer(walk, value, place);
}

/** Notes an instance that its own class holds in a static field. */
function noteStatic(walk: GraphWalk, value: object, place: Place): void {
  const proto: object | null = Object.getPrototypeOf(value);
  const owner = proto && proto !== Object.prototype ? prototypeHolder(proto) : undefined;
  if (!owner || globalPath(owner)) return;
  const key = Object.keys(owner).find(
    (each) => Object.getOwnPropertyDescriptor(owner, each)?.value === value,
  );
  if (key !== undefined) walk.statics.push({ value, owner: walk.slot(owner, place), key });
}

/** Returns the node of a value that structured clone copies, or of shared memory, which is not copied. */
function captureCopy(
  walk: GraphWalk,
  value: object,
  bases: readonly string[],
  place: Place,
): CopyNode | SharedNode {
  const proto = prototypeSlot(walk, value, bases, place);
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (types.isSharedArrayBuffer(buffer)) return { kind: 'shared', value, proto };
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
