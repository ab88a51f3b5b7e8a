import { types } from 'node:util';
import { isObject } from '../util/index.js';
import { type Kind, kindOf, partsOf } from '../values/index.js';
import { keepingOf } from './keeping.js';
import { refuse } from './refuse.js';

/** The objects of a value that structured clone does not keep by itself. */
export interface Findings {
  /** Frames, vectors and the like, in order of appearance. */
  readonly specials: ReadonlySet<object>;
  /** Objects without a prototype. */
  readonly bare: readonly object[];
  readonly errors: readonly Error[];
}

/**
 * V8 reads a value by recursion. With the usual size of the stack it reads some 1,450 objects in each other
 * (Node 22 and 24; 1,700 on Node 20).
 */
const MAX_NESTED = 1000;

/**
 * Walks through a value before it is written. Throws `ERR_UNSTORABLE` with the path to what no file can keep.
 */
export function scan(root: unknown, name: string): Findings {
  const specials = new Set<object>();
  const bare: object[] = [];
  const errors: Error[] = [];
  const seen = new Set<object>();
  // The objects around the current one, in the order in which V8 walks: no other order tells how deep its
  // recursion gets.
  const open: Iterator<unknown>[] = [];
  const meetObject = (value: object): void => {
    if (seen.has(value)) return;
    seen.add(value);
    const kind = kindOf(value);
    const keeping = keepingOf(value, kind);
    if (keeping === 'refused') refuse(root, value, name);
    if (keeping === 'special') {
      specials.add(value);
      return;
    }
    const lost = lostKey(value, kind);
    if (lost !== undefined) {
      refuse(root, value, name, `has the property ${String(lost)}, which no file can keep there`);
    }
    if (keeping === 'leaf') return;
    if (keeping === 'error') {
      errors.push(value as Error);
      return;
    }
    if (open.length === MAX_NESTED) {
      const why = `is nested in more than ${MAX_NESTED} others, too deep to be read again. Keep such a list as an array`;
      refuse(root, value, name, why);
    }
    if (Object.getPrototypeOf(value) === null) bare.push(value);
    open.push(partsOf(value, kind)[Symbol.iterator]());
  };
  const meet = (value: unknown): void => {
    if (isObject(value)) meetObject(value);
    else if (typeof value === 'function' || typeof value === 'symbol') refuse(root, value, name);
  };
  const walk = (from: unknown): void => {
    meet(from);
    for (let last = open.at(-1); last; last = open.at(-1)) {
      const { done, value } = last.next();
      if (done) open.pop();
      else meet(value);
    }
  };
  walk(root);
  // Errors are written behind everything else, so causes of causes are not nested.
  for (const error of errors) for (const part of partsOf(error, 'error')) walk(part);
  return { specials, bare, errors };
}

/**
 * Returns an own property that structured clone loses. Typed arrays are not searched: each element is a key.
 */
function lostKey(value: object, kind: Kind): string | symbol | undefined {
  const symbols = Object.getOwnPropertySymbols(value);
  const symbol =
    symbols.length > 0 && symbols.find((key) => Object.prototype.propertyIsEnumerable.call(value, key));
  if (symbol) return symbol;
  return LOSES_NAMES.has(kind)
    ? Object.keys(value)[types.isStringObject(value) ? value.length : 0]
    : undefined;
}

/** Kinds of which structured clone keeps the inside and no properties. */
const LOSES_NAMES: ReadonlySet<Kind> = new Set<Kind>(['map', 'set', 'date', 'regexp', 'boxed']);
