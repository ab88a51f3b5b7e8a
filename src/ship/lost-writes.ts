import { types } from 'node:util';
import { type CodePlace, describePlace } from './code-place.js';
import type { FreeName, Use } from './free-names.js';
import type { Inspector, Internals } from './inspector.js';
import { notebookExports } from './notebook-exports.js';
import type { ParsedFunction } from './parse.js';

/** A place where a function only puts values into something that it has captured. */
interface Write {
  readonly name: string;
  /** The values from the variable's to the one that is written to. */
  readonly chain: readonly object[];
  readonly place: CodePlace;
}

/**
 * Collects how functions use what they capture, to find writes that nobody reads: each worker has a copy, so
 * they are lost. All functions of a call count, as one may read what another writes.
 */
export class CapturedUses {
  readonly #writes: Write[] = [];
  readonly #read = new Set<object>();
  /** How many variables hold each value, if functions only read members of it; NaN if they may do more. */
  readonly #readers = new Map<object, number>();

  /** Notes the uses of one variable. */
  note(
    { name, uses }: FreeName,
    value: unknown,
    parsed: ParsedFunction,
    location: Internals['location'],
  ): void {
    if (isObject(value)) {
      const count = uses.every((use) => use.reads && isOfArray(value, use)) ? 1 : Number.NaN;
      this.#readers.set(value, (this.#readers.get(value) ?? 0) + count);
    }
    for (const { path, writes, start } of uses) {
      let given: { value: unknown; name: string; path: readonly string[] } = { value, name, path };
      if (isObject(value) && value === notebookExports()) {
        if (path.length === 0) continue;
        given = { value: Reflect.get(value, path[0]), name: path[0], path: path.slice(1) };
      }
      if (!isObject(given.value)) continue;
      const chain = follow(given.value, given.path);
      const target = chain[chain.length - 1];
      if (writes && chain.length === given.path.length + 1 && isOrdinary(target)) {
        const place = { parsed, location, offset: start - parsed.offset };
        this.#writes.push({ name: [given.name, ...given.path].join('.'), chain, place });
      } else this.#read.add(target);
    }
  }

  /** Returns how many of the variables hold a value, if all functions only read members of it; else NaN. */
  readersOf(value: object): number {
    return this.#readers.get(value) ?? Number.NaN;
  }

  /** Emits a warning for each variable that is only written to, once for each place. */
  warn(inspector: Inspector): void {
    const lost = this.#writes.filter(({ chain }) => !chain.some((value) => this.#read.has(value)));
    for (const { name, place } of lost) {
      const at = describePlace(place, inspector);
      const key = at ?? `${name} ${place.parsed.source}`;
      if (warned.has(key) || (at !== undefined && /[\\/]node_modules[\\/]/.test(at))) continue;
      warned.add(key);
      process.emitWarning(
        `The function writes to ${name}${at ? ` (${at})` : ''} and never reads it. ` +
          'Each worker has a copy of its own, so what is collected there is lost.',
        {
          code: 'APPLY_PARALLEL_LOST_WRITE',
          detail:
            'Return it from the function instead, and read it from the result; ' +
            "or call with nJobs: 1 or backend: 'async', which run in this thread.",
        },
      );
    }
  }
}

const warned = new Set<string>();

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Tells that a use, if it is of an array, is of its length or entries: other properties may hold objects. */
const isOfArray = (value: object, { path: [name] }: Use): boolean =>
  !Array.isArray(value) || name === undefined || name === 'length' || Number.isInteger(Number(name));

/** Returns the value, and those of its members along a path as far as these are objects. */
function follow(value: object, path: readonly string[]): object[] {
  const chain = [value];
  for (const name of path) {
    const next = ownValue(chain[chain.length - 1], name);
    if (!isObject(next)) break;
    chain.push(next);
  }
  return chain;
}

/** Reads an own property without running getters. */
function ownValue(object: object, name: string): unknown {
  return types.isProxy(object) ? undefined : Object.getOwnPropertyDescriptor(object, name)?.value;
}

/** Tells whether workers get a copy that is like the value: not for shared memory and not for classes. */
function isOrdinary(value: object): boolean {
  if (types.isProxy(value)) return false;
  if (Array.isArray(value) || types.isMap(value) || types.isSet(value)) return true;
  if (ArrayBuffer.isView(value)) return !types.isSharedArrayBuffer(value.buffer);
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === Object.prototype || proto === null;
}
