import { types } from 'node:util';

/** What it takes to send a value: structured clone as it is; care for its memory; or everything that ship/ can do. */
export const PLAIN = 0;
export const MEMORY = 1;
export const GRAPH = 2;
export type Shape = typeof PLAIN | typeof MEMORY | typeof GRAPH;

/** Those whose inside structured clone copies by itself. */
const atoms = new Set<object>([
  Date.prototype,
  RegExp.prototype,
  Number.prototype,
  String.prototype,
  Boolean.prototype,
  BigInt.prototype,
]);

const ArrayViews = Object.getPrototypeOf(Int8Array.prototype) as object;

/**
 * Tells the shape of values that go in one message, one after the other. Objects that several of them have in common must not
 * arrive as one object: what one call does to its arguments would show in another's, or not, as the batches fall.
 */
export class Shapes {
  readonly #seen = new Map<object, number>();
  #turn = 0;
  /** Whether the value looked at last has an object in common with an earlier one. */
  isEntangled = false;
  /** Characters in strings, of all values so far. */
  characters = 0;

  of(value: unknown): Shape {
    this.#turn++;
    this.isEntangled = false;
    return this.#look(value, 0);
  }

  #look(value: unknown, depth: number): Shape {
    switch (typeof value) {
      case 'object':
        return value === null ? PLAIN : this.#lookInto(value, depth);
      case 'string':
        this.characters += value.length;
        return PLAIN;
      case 'function':
      case 'symbol':
        return GRAPH;
      default:
        return PLAIN;
    }
  }

  #lookInto(value: object, depth: number): Shape {
    const turn = this.#seen.get(value);
    if (turn === this.#turn) return PLAIN;
    if (turn !== undefined) this.isEntangled = true;
    this.#seen.set(value, this.#turn);
    if (depth > MAX_DEPTH || types.isProxy(value)) return GRAPH;
    const proto = Object.getPrototypeOf(value) as object | null;
    if (Array.isArray(value)) {
      return proto === Array.prototype ? this.#lookAtAll(value, depth) : GRAPH;
    }
    if (proto === Object.prototype || proto === null) {
      // Errors of ship/ name the getter that throws; a structured clone would call it in the middle of everything.
      return this.#lookAtFields(value, depth);
    }
    if (proto === Map.prototype) {
      const map = value as ReadonlyMap<unknown, unknown>;
      return worse(this.#lookAtAll(map.keys(), depth), this.#lookAtAll(map.values(), depth));
    }
    if (proto === Set.prototype) return this.#lookAtAll(value as ReadonlySet<unknown>, depth);
    if (atoms.has(proto)) return PLAIN;
    if (proto === ArrayBuffer.prototype) return memory(value as ArrayBuffer);
    return isOrdinaryView(value, proto) ? memory((value as ArrayBufferView).buffer) : GRAPH;
  }

  #lookAtAll(values: Iterable<unknown>, depth: number): Shape {
    let shape: Shape = PLAIN;
    for (const each of values) {
      if (typeof each === 'number') continue;
      shape = worse(shape, this.#look(each, depth + 1));
      if (shape === GRAPH) return GRAPH;
    }
    return shape;
  }

  #lookAtFields(value: object, depth: number): Shape {
    let shape: Shape = PLAIN;
    for (const key of Object.getOwnPropertyNames(value)) {
      const descriptor = Object.getOwnPropertyDescriptor(value, key);
      if (!descriptor || descriptor.get || descriptor.set || !descriptor.enumerable) return GRAPH;
      shape = worse(shape, this.#look(descriptor.value, depth + 1));
      if (shape === GRAPH) return GRAPH;
    }
    return Object.getPrototypeOf(value) === null || Object.getOwnPropertySymbols(value).length > 0
      ? GRAPH
      : shape;
  }
}

/** ship/ works with a queue; this, and structured clone itself, on the stack. */
const MAX_DEPTH = 200;

const worse = (a: Shape, b: Shape): Shape => (a > b ? a : b);

/** ship/ refuses by name what was transferred away; of a DataView on it, even asking for the length throws. */
const memory = (buffer: ArrayBufferLike): Shape =>
  buffer.byteLength === 0 && isDetached(buffer) ? GRAPH : MEMORY;

/** Node 20 knows no `ArrayBuffer.prototype.detached`. */
function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    void new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

const isOrdinaryView = (value: object, proto: object): boolean =>
  ArrayBuffer.isView(value) &&
  (Buffer.isBuffer(value)
    ? proto === Buffer.prototype
    : proto === DataView.prototype || Object.getPrototypeOf(proto) === ArrayViews);
