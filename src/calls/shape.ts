import { isDetached } from '../util/index.js';
import { type Kind, kindOf } from '../values/index.js';

/** Structured clone copies the value. */
export const PLAIN = 0;
/** Structured clone copies the value, and it holds memory that may be sent by reference. */
const MEMORY = 1;
/** Only ship/ can send the value. */
export const GRAPH = 2;
export type Shape = typeof PLAIN | typeof MEMORY | typeof GRAPH;

/**
 * Tells the shape of values that are written one after the other into one message. Two values that share an
 * object must not be in one message: the object would arrive shared, so that what one call does to it would
 * show in the other, depending on how calls are batched.
 */
export class Shapes {
  readonly #seen = new Map<object, number>();
  #turn = 0;
  /** The value looked at last shares an object with an earlier one. */
  isEntangled = false;
  /** Characters in the strings of all values so far. */
  characters = 0;
  /** Fields and elements of all values so far. */
  entries = 0;

  of(value: unknown): Shape {
    this.#turn++;
    this.isEntangled = false;
    return this.#look(value, 0);
  }

  /** Returns the objects in all values so far. */
  get objects(): ReadonlySet<object> {
    return new Set(this.#seen.keys());
  }

  /** Returns whether one of the objects in the values so far is among `others`. */
  hasAnyOf(others: ReadonlySet<object>): boolean {
    for (const each of this.#seen.keys()) if (others.has(each)) return true;
    return false;
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
    return depth > MAX_DEPTH ? GRAPH : this.#lookAtParts(value, kindOf(value), depth);
  }

  #lookAtParts(value: object, kind: Kind, depth: number): Shape {
    switch (kind) {
      case 'object':
        return this.#lookAtFields(value, depth);
      case 'array':
      case 'set':
        return this.#lookAtAll(value as Iterable<unknown>, depth);
      case 'map': {
        const map = value as ReadonlyMap<unknown, unknown>;
        return worse(this.#lookAtAll(map.keys(), depth), this.#lookAtAll(map.values(), depth));
      }
      case 'date':
      case 'regexp':
      case 'boxed':
        return PLAIN;
      case 'buffer':
        return memory(value as ArrayBuffer);
      case 'view':
        return memory((value as ArrayBufferView).buffer);
      default:
        return GRAPH;
    }
  }

  #lookAtAll(values: Iterable<unknown>, depth: number): Shape {
    let shape: Shape = PLAIN;
    for (const each of values) {
      this.entries++;
      if (typeof each === 'number') continue;
      shape = worse(shape, this.#look(each, depth + 1));
      if (shape === GRAPH) return GRAPH;
    }
    return shape;
  }

  /** ship/ names a getter that throws, which structured clone would call half-way through a message. */
  #lookAtFields(value: object, depth: number): Shape {
    let shape: Shape = PLAIN;
    for (const key of Object.getOwnPropertyNames(value)) {
      this.entries++;
      const descriptor = Object.getOwnPropertyDescriptor(value, key);
      if (!descriptor || descriptor.get || descriptor.set || !descriptor.enumerable) return GRAPH;
      shape = worse(shape, this.#look(descriptor.value, depth + 1));
      if (shape === GRAPH) return GRAPH;
    }
    return Object.getOwnPropertySymbols(value).length > 0 ? GRAPH : shape;
  }
}

/** This walk and structured clone recurse on the stack; ship/ works with a queue. */
const MAX_DEPTH = 200;

const worse = (a: Shape, b: Shape): Shape => (a > b ? a : b);

/** ship/ names memory that was transferred away. Reading even the length of a DataView on it throws. */
const memory = (buffer: ArrayBufferLike): Shape => (isDetached(buffer) ? GRAPH : MEMORY);
