import { types } from 'node:util';
import { globalPath } from './globals.js';
import type { GraphWalk } from './graph-walk.js';
import { moduleNode } from './module-index.js';
import { type ParsedFunction, parseFunction } from './parse.js';

/** A module of the user's that is sent by reference, while the graph has a copy of a part of it. */
export interface Overlap {
  /** The keys of {@link GraphWalk.referred} whose values reach the part. */
  readonly keys: ReadonlySet<unknown>;
  /** The part is an object or a class: a worker would have two of it, which may differ. */
  readonly ofObjects: boolean;
  /** The name of a function of the module. */
  readonly name: string;
}

/** Bounds the search of modules that hold much. */
const MAX_VALUES = 50_000;
const MAX_FUNCTIONS = 300;

/**
 * Finds the user's modules that the graph refers to, and of whose variables it copies a part. A worker that
 * loads such a module makes the part anew beside the copy: the two are different objects.
 */
export function findOverlap(walk: GraphWalk): Overlap | undefined {
  const keys = new Set<unknown>();
  let ofObjects = false;
  let name = '';
  const starts = new Map<unknown, object[]>();
  for (const [value, key] of walk.referred) starts.set(key, [...(starts.get(key) ?? []), value]);
  for (const [key, values] of starts) {
    const found = new Search(walk).from(values);
    if (!found) continue;
    keys.add(key);
    ofObjects ||= found === 'object';
    name ||= values.map((value) => ('name' in value ? String(value.name) : '')).find(Boolean) ?? 'a module';
  }
  return keys.size > 0 ? { keys, ofObjects, name } : undefined;
}

/** A search through the variables that a module's functions use, and everything that these hold. */
class Search {
  private readonly seen = new Set<object>();
  private readonly queue: object[] = [];
  private functions = 0;

  constructor(private readonly walk: GraphWalk) {}

  /**
   * Returns which kind of value is both reached and copied; an object or class counts more than a function.
   */
  from(values: readonly object[]): 'object' | 'function' | undefined {
    let found: 'function' | undefined;
    for (const value of values) this.push(value);
    for (let next = 0; next < this.queue.length && next < MAX_VALUES; next++) {
      const value = this.queue[next];
      if (this.walk.isCopied(value)) {
        if (typeof value !== 'function' || isClass(value)) return 'object';
        found = 'function';
      }
      this.expand(value);
    }
    return found;
  }

  private push(value: unknown): void {
    const isHolder = (typeof value === 'object' && value !== null) || typeof value === 'function';
    if (!isHolder || this.seen.has(value)) return;
    this.seen.add(value);
    this.queue.push(value);
  }

  private expand(value: object): void {
    if (types.isProxy(value) || ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return;
    if (globalPath(value) || isForeign(value)) return;
    if (typeof value === 'function') this.expandFunction(value);
    if (types.isMap(value)) for (const [key, item] of value) this.pushAll(key, item);
    if (types.isSet(value)) for (const item of value) this.push(item);
    for (const key of Reflect.ownKeys(value)) {
      if (this.queue.length >= MAX_VALUES) return;
      this.push(memberOf(value, key));
    }
  }

  private expandFunction(fn: object): void {
    if (this.functions >= MAX_FUNCTIONS) return;
    this.functions++;
    const { inspector } = this.walk;
    const parsed = parsedOrNone(fn);
    if (!parsed) return;
    const { scopes } = inspector.internals(fn);
    for (const name of parsed.analysis.free.keys()) {
      const scope = scopes.find(({ kind, variables }) => kind !== 'Global' && Object.hasOwn(variables, name));
      this.push(scope?.variables[name]);
    }
    if (parsed.members?.fields.some(({ isPrivate }) => isPrivate))
      this.pushAll(...inspector.privateFields(fn).values());
  }

  private pushAll(...values: readonly unknown[]): void {
    for (const value of values) this.push(value);
  }
}

/** Returns the parsed source of a function; undefined for one of native code. */
function parsedOrNone(fn: object): ParsedFunction | undefined {
  try {
    return parseFunction(Function.prototype.toString.call(fn));
  } catch {
    return undefined;
  }
}

const isClass = (fn: object): boolean => /^class\b/.test(Function.prototype.toString.call(fn));

/** Tells whether a value belongs to Node or to an installed CommonJS package. */
function isForeign(value: object): boolean {
  const node = moduleNode(value);
  return node !== undefined && (node.via === 'builtin' || /[\\/]node_modules[\\/]/.test(node.id));
}

/** Reads a property without running getters; the exports of a namespace may have no value yet. */
function memberOf(value: object, key: string | symbol): unknown {
  try {
    return Object.getOwnPropertyDescriptor(value, key)?.value;
  } catch {
    return undefined;
  }
}
