import { findCyclicState } from './cyclic-state.js';
import type { GraphWalk, Place } from './graph-walk.js';
import type { RestoredNode } from './payload.js';
import { refusal } from './refusal.js';

/**
 * The name of a method that returns the state of an instance. A class whose instances cannot be copied
 * from outside, for #private members or an open file, can be sent to workers when it has this method and
 * a static {@link restoreState}.
 *
 * The state is sent like any captured value; it must not lead back to the instance. The name is the
 * symbol `Symbol.for('apply-parallel.ship')`, so that a class need not import this package. The Python
 * counterpart is `__getstate__`.
 *
 * @example
 * class Scaler {
 *   #mean: number;
 *   constructor(mean: number) { this.#mean = mean; }
 *   scale(x: number) { return x - this.#mean; }
 *   [shipState]() { return { mean: this.#mean }; }
 *   static [restoreState]({ mean }: { mean: number }) { return new this(mean); }
 * }
 */
export const shipState: unique symbol = Symbol.for('apply-parallel.ship');

/**
 * The name of the static method that makes an instance from the state that {@link shipState} returned:
 * `Symbol.for('apply-parallel.restore')`. Each worker calls it once per call of `applyParallel`. The Python
 * counterpart is `__setstate__`.
 *
 * @example
 * class Point {
 *   #x: number;
 *   constructor(x: number) { this.#x = x; }
 *   [shipState]() { return this.#x; }
 *   static [restoreState](x: number) { return new this(x); }
 * }
 */
export const restoreState: unique symbol = Symbol.for('apply-parallel.restore');

export const stateMethodsAdvice =
  "Give the class the methods [Symbol.for('apply-parallel.ship')]() and static " +
  "[Symbol.for('apply-parallel.restore')](state).";

/** Returns the node of an instance whose class has the two methods; undefined for other values. */
export function captureShipState(walk: GraphWalk, value: object, place: Place): RestoredNode | undefined {
  const take: unknown = Reflect.get(value, shipState);
  if (typeof take !== 'function') return undefined;
  const owner: unknown = Reflect.get(value, 'constructor');
  const name = typeof owner === 'function' ? owner.name : 'object';
  // A prototype has the method, too, but is no instance.
  if (typeof owner === 'function' && owner.prototype === value) return undefined;
  if (typeof owner !== 'function' || typeof Reflect.get(owner, restoreState) !== 'function') {
    throw refusal(
      place.path,
      `${name} says what it is made of, but not how it is made again`,
      "Give its class the method static [Symbol.for('apply-parallel.restore')](state).",
    );
  }
  let state: unknown;
  try {
    state = Reflect.apply(take, value, []);
  } catch (cause) {
    throw refusal(
      place.path,
      `[Symbol.for('apply-parallel.ship')]() of ${name} threw ${String(cause)}`,
      'It must return what the instance is made of.',
      cause,
    );
  }
  const node: RestoredNode = {
    kind: 'restored',
    of: walk.slot(owner, { ...place, path: place.path.part(`(class ${name})`) }),
    state: walk.slot(state, { ...place, path: place.path.part('(state)') }),
  };
  walk.restored.set(node, { path: place.path, name });
  return node;
}

/** Refuses a state that leads back to its instance. Call it when the walk has made all nodes. */
export function refuseCyclicState({ nodes, restored }: GraphWalk): void {
  const loop = restored.size > 0 ? findCyclicState(nodes) : undefined;
  const found = loop && restored.get(loop);
  if (!found) return;
  throw refusal(
    found.path,
    `the state of ${found.name} leads back to the instance`,
    'Leave the instance out of it, and let the class put itself there again.',
  );
}
