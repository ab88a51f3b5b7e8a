import { types } from 'node:util';
import { ApplyError } from '../errors.js';
import { captureFunction, isSelfContained } from './capture-function.js';
import { captureObject } from './capture-object.js';
import { globalPath } from './globals.js';
import type { GraphWalk, Place } from './graph-walk.js';
import { isOwnModule, moduleNode } from './module-index.js';
import { ownName } from './own-functions.js';
import type { ModuleNode, Node, SymbolNode, ValueCodec } from './payload.js';
import { refusal, remedy, Uncopyable } from './refusal.js';

/**
 * Returns the node of any value: encoded by a codec, by reference when it is part of Node or of a module, or
 * else by value.
 */
export function captureValue(walk: GraphWalk, value: object | symbol, place: Place): Node {
  const node = nodeOf(walk, value, place);
  const own = node.kind === 'module' ? ownName(value) : undefined;
  return own === undefined ? node : { ...(node as ModuleNode), own };
}

function nodeOf(walk: GraphWalk, value: object | symbol, place: Place): Node {
  if (typeof value === 'symbol') return symbolNode(value);
  const member = walk.members.get(value);
  if (member) return member;
  if (typeof value === 'function' && isSelfContained(value)) return captureFunction(walk, value, place);
  const path = globalPath(value);
  if (path) return { kind: 'global', path };
  if (typeof value === 'object') {
    const look = walk.plain?.look(value);
    if (look?.plain) return { kind: 'copy', at: walk.copy(value, place, look.bytes) };
    const encoded = encode(walk, value, place);
    if (encoded) return encoded;
  }
  const reference = moduleNode(value);
  if (reference && (!isOwnModule(reference) || walk.refers(value))) return reference;
  if (typeof value === 'function') return captureFunction(walk, value, place);
  if (types.isProxy(value)) throw refusal(place.path, 'a Proxy cannot be copied', remedy.value);
  return captureObject(walk, value, place);
}

function encode(walk: GraphWalk, value: object, place: Place): Node | undefined {
  for (const codec of walk.codecs) {
    const encoded = encodeBy(codec, value, place);
    if (encoded === undefined) continue;
    return { kind: 'codec', codec: codec.name, encoded, importsNothing: codec.importsNothing?.(encoded) };
  }
  return undefined;
}

/** Encodes a value by one codec. An error without a code becomes a refusal that names the value's place. */
function encodeBy(codec: ValueCodec, value: object, place: Place): unknown {
  try {
    return codec.encode(value);
  } catch (error) {
    if (error instanceof ApplyError) throw error;
    if (error instanceof Uncopyable) throw refusal(place.path, error.reason, error.advice);
    const reason = `it cannot be copied (${error instanceof Error ? error.message : String(error)})`;
    throw refusal(place.path, reason, remedy.value, error);
  }
}

function symbolNode(value: symbol): SymbolNode {
  const key = Symbol.keyFor(value);
  if (key !== undefined) return { kind: 'symbol', origin: 'registry', name: key };
  const name = Object.getOwnPropertyNames(Symbol).find((each) => Reflect.get(Symbol, each) === value);
  if (name) return { kind: 'symbol', origin: 'language', name };
  return { kind: 'symbol', origin: 'unique', name: value.description };
}
