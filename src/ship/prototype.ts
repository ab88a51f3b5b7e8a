import { types } from 'node:util';
import { ERROR_CLASSES, isNative, kindOfPrototype } from '../values/index.js';
import { globalPath, isGlobalName } from './globals.js';
import type { GraphWalk, Place } from './graph-walk.js';
import { moduleNode } from './module-index.js';
import { parseFunction } from './parse.js';
import type { ContainerNode } from './payload.js';
import { refusal, remedy } from './refusal.js';
import { stateMethodsAdvice } from './state-methods.js';

/** Returns the function whose `prototype` an object is; undefined for other objects. */
export function prototypeHolder(value: object): { name: string } | undefined {
  const holder: unknown = Object.getOwnPropertyDescriptor(value, 'constructor')?.value;
  return typeof holder === 'function' && Object.getOwnPropertyDescriptor(holder, 'prototype')?.value === value
    ? holder
    : undefined;
}

/**
 * Returns the slot of an object's prototype; undefined for the usual one of its kind. Refuses instances of
 * a class of the language or of Node other than `bases`, whose internal state cannot be read, and of
 * classes with #private members.
 */
export function prototypeSlot(
  walk: GraphWalk,
  value: object,
  bases: readonly string[],
  place: Place,
): ContainerNode['proto'] {
  const own: object | null = Object.getPrototypeOf(value);
  if (own === null) return null;
  const proto = localCounterpart(own, bases);
  if (isPlain(proto)) return undefined;
  let closed: string | undefined;
  for (let step: object | null = proto; step && !isPlain(step); step = Object.getPrototypeOf(step)) {
    const holder = prototypeHolder(step);
    if (!holder) continue;
    const path = globalPath(step) ?? (globalPath(holder) && [holder.name]);
    if (path) {
      if (bases.includes(path[0])) break;
      throw uncopyable(value, place, holder.name);
    }
    if (isLateGlobal(holder) || moduleNode(holder)?.via === 'builtin')
      throw uncopyable(value, place, holder.name);
    const kind = stateKindOf(holder);
    if (kind === 'native' && bases.includes(holder.name)) break;
    if (kind === 'native') throw uncopyable(value, place, holder.name);
    // A class of Node may be further up: it comes first, because nobody can give that methods.
    if (kind === 'private') closed ??= holder.name;
  }
  if (closed !== undefined) {
    const reason = `${closed} cannot be copied: the #private members of its instances cannot be read`;
    throw refusal(place.path, reason, `${stateMethodsAdvice} Or else: ${remedy.value}`);
  }
  if (isUsual(proto, bases)) return undefined;
  return walk.slot(proto, { ...place, path: place.path.part('(prototype)') });
}

/**
 * Returns this realm's prototype for that of the same built-in class in another realm; else the prototype
 * itself.
 */
function localCounterpart(proto: object, bases: readonly string[]): object {
  if (globalPath(proto)) return proto;
  const holder = prototypeHolder(proto);
  if (!holder || !bases.includes(holder.name) || !isNative(holder)) return proto;
  const local: unknown = Reflect.get(globalThis, holder.name);
  return typeof local === 'function' ? (local.prototype as object) : proto;
}

/** Recognizes a global class that Node loads on first use; by then somebody has made an instance of it. */
function isLateGlobal(holder: { name: string }): boolean {
  return isGlobalName(holder.name) && Reflect.get(globalThis, holder.name) === holder;
}

/** Tells whether a fresh copy has this prototype anyway. */
function isUsual(proto: object, bases: readonly string[]): boolean {
  const base = globalPath(proto)?.[0];
  if (base === undefined || !bases.includes(base) || base === 'Buffer') return false;
  return base === 'Error' || !ERROR_CLASSES.includes(base);
}

/** Recognizes the `Object.prototype` of this realm or another. */
const isPlain = (proto: object): boolean => kindOfPrototype(proto) === 'object';

/** The place of state in a class's instances that cannot be read; 'open' when all of it can be. */
type StateKind = 'native' | 'private' | 'open';

const stateKinds = new WeakMap<object, StateKind>();

function stateKindOf(holder: object): StateKind {
  let kind = stateKinds.get(holder);
  if (!kind) {
    kind = readStateKind(holder);
    stateKinds.set(holder, kind);
  }
  return kind;
}

function readStateKind(holder: object): StateKind {
  if (isNative(holder)) return 'native';
  const text = Function.prototype.toString.call(holder);
  if (!text.includes('#')) return 'open';
  try {
    return parseFunction(text).analysis.privateMembers ? 'private' : 'open';
  } catch {
    return 'open';
  }
}

/** Returns the refusal of a value that names its class. */
export function uncopyable(value: object, place: Place, name?: string): Error {
  const own: unknown = Reflect.get(value, 'constructor');
  const shown =
    typeof own === 'function' && own.name
      ? own.name
      : name || Object.prototype.toString.call(value).slice(8, -1);
  const advice = types.isPromise(value) ? remedy.promise : remedy.value;
  return refusal(place.path, `${shown} cannot be copied`, advice);
}
