import { types } from 'node:util';
import { recordOf } from '../values/index.js';
import { extraKeys } from './extra-keys.js';
import { type Kind, kindOf } from './kind-of.js';
import { refuse } from './refuse.js';

/** What is in a value that structured clone does not keep by itself. */
export interface Findings {
  /** Frames, vectors and the like, in order of appearance. */
  readonly specials: ReadonlySet<object>;
  /** Objects without a prototype. */
  readonly bare: readonly object[];
  readonly errors: readonly Error[];
}

/**
 * V8 reads a value by recursion, and at the usual size of the stack some 1,450 objects in each other are the most (Node 22 and 24; 1,700
 * on Node 20).
 */
const MOST_NESTED = 1000;

/** Looks through a value before it is written. Throws `ERR_UNSTORABLE`, with the path to what no file can keep. */
export function scan(root: unknown, name: string): Findings {
  const specials = new Set<object>();
  const bare: object[] = [];
  const errors: Error[] = [];
  const seen = new Set<object>();
  // The objects around the current one, in the order in which V8 goes through them: that alone tells how deep it gets.
  const open: Iterator<unknown>[] = [];
  const meet = (value: unknown): void => {
    if (typeof value === 'object' && value !== null) {
      if (seen.has(value)) return;
      seen.add(value);
      const kind = kindOf(value);
      const lost = lostKey(value, kind);
      if (lost !== undefined) {
        refuse(root, value, name, `has the property ${String(lost)}, which no file can keep there`);
      }
      if (kind === 'leaf') return;
      if (kind === 'special') specials.add(value);
      else if (kind === 'error') errors.push(value as Error);
      else if (kind === 'refused') refuse(root, value, name);
      else if (open.length === MOST_NESTED) {
        const why = `is nested in more than ${MOST_NESTED} others, too deep to be read again. Keep such a list as an array`;
        refuse(root, value, name, why);
      } else {
        if (Object.getPrototypeOf(value) === null) bare.push(value);
        open.push(parts(value)[Symbol.iterator]());
      }
    } else if (typeof value === 'function' || typeof value === 'symbol') refuse(root, value, name);
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
  // Written behind everything else, so causes of causes are not nested.
  for (const error of errors) for (const part of parts(error)) walk(part);
  return { specials, bare, errors };
}

/** What V8 goes through, in its order. */
function parts(value: object): Iterable<unknown> {
  if (Array.isArray(value)) {
    const extra = extraKeys(value);
    return extra.length === 0 ? value : [...value, ...extra.map((key) => Reflect.get(value, key) as unknown)];
  }
  if (types.isMap(value)) return keysAndValues(value);
  if (types.isSet(value)) return value;
  if (types.isNativeError(value)) {
    const { visible, hidden } = recordOf(value);
    return [...Object.values(visible), ...Object.values(hidden)];
  }
  return Object.values(value);
}

function* keysAndValues(map: ReadonlyMap<unknown, unknown>): Iterable<unknown> {
  for (const [key, value] of map) {
    yield key;
    yield value;
  }
}

/** An own property that structured clone leaves out. Those of typed arrays are not looked for: they have a key for each element. */
function lostKey(value: object, kind: Kind): string | symbol | undefined {
  if (kind === 'special' || kind === 'refused') return undefined;
  const symbols = Object.getOwnPropertySymbols(value);
  const symbol =
    symbols.length > 0 && symbols.find((key) => Object.prototype.propertyIsEnumerable.call(value, key));
  if (symbol) return symbol;
  const hasNames = kind === 'leaf' ? !ArrayBuffer.isView(value) : types.isMap(value) || types.isSet(value);
  return hasNames ? Object.keys(value)[types.isStringObject(value) ? value.length : 0] : undefined;
}
