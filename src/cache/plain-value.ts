import { createHash } from 'node:crypto';
import { types } from 'node:util';
import type { Data } from 'apache-arrow';
import { asBytes, isPlainObject } from '../arrow/index.js';
import { adapterOf, rowLabels } from '../frame/index.js';
import { extraKeys } from '../persist/index.js';
import { hasMethod } from '../util/index.js';
import { canonicalFloats } from './canonical-floats.js';
import type { HashWriter } from './hash-writer.js';
import { tableDigest, vectorDigest } from './table-digest.js';

/** Thrown where a value is not plain data alone: a function, an instance of a class. */
export class NotPlain extends Error {}

const built =
  /^(?:Array|Map|Set|Date|RegExp|URL|Float(?:16|32|64)Array|Big(?:Int|Uint)64Array|U?[Ii]nt(?:8|16|32)Array|Uint8ClampedArray)$/;

/** Is it of a class that extends one of the language? Of those, Buffer alone counts as plain. */
function isOfSubclass(value: object): boolean {
  const base: unknown = Object.getPrototypeOf(Object.getPrototypeOf(value) ?? Object.prototype);
  const name = (base as { constructor?: { name?: string } } | null)?.constructor?.name;
  return name !== undefined && built.test(name) && !Buffer.isBuffer(value);
}

const isBuilt = (value: object): boolean =>
  types.isMap(value) ||
  types.isSet(value) ||
  types.isDate(value) ||
  types.isRegExp(value) ||
  value instanceof URL;

type Named = { readonly [name: string]: unknown };

/** Thrown where a value contains itself, which its bytes alone cannot say. */
export class Cyclic extends Error {}

/**
 * Writes plain data: what a value is, not where it lies. Two equal objects are one value whether or not they are the same object.
 *
 * `seen` is for values that contain themselves: there every object after its first time is written as its number.
 */
export class PlainWriter {
  readonly #digests = new Map<object, Uint8Array>();
  readonly #open = new Set<object>();

  constructor(
    private readonly out: HashWriter,
    private readonly seen?: Map<object, number>,
  ) {}

  write(value: unknown): void {
    const { out } = this;
    switch (typeof value) {
      case 'number':
        out.tag('n');
        return out.float(value);
      case 'string':
        return out.text(value);
      case 'boolean':
        return out.tag(value ? 't' : 'f');
      case 'undefined':
        return out.tag('u');
      case 'bigint':
        out.tag('b');
        return out.text(value.toString(16));
      case 'symbol':
        return this.#symbol(value);
      case 'function':
        throw new NotPlain();
      default:
        return value === null ? out.tag('0') : this.#object(value as object);
    }
  }

  #symbol(symbol: symbol): void {
    const key = Symbol.keyFor(symbol);
    const name =
      key ?? Object.getOwnPropertyNames(Symbol).find((each) => Reflect.get(Symbol, each) === symbol);
    if (name === undefined) throw new NotPlain();
    this.out.tag(key === undefined ? 'Y' : 'y');
    this.out.text(name);
  }

  #object(value: object): void {
    const { out, seen } = this;
    const digest = this.#digests.get(value);
    if (digest && !seen) return out.digest(digest);
    const number = seen?.get(value);
    if (number !== undefined) {
      out.tag('R');
      return out.count(number);
    }
    seen?.set(value, seen.size);
    if (this.#open.has(value)) throw new Cyclic();
    this.#open.add(value);
    const part = out.begin();
    this.#content(value, () => out.grow(part));
    if (isBuilt(value)) this.#extras(value, Object.keys(value));
    const made = out.end(part);
    if (made) this.#digests.set(value, made);
    this.#open.delete(value);
  }

  #content(value: object, step: () => void): void {
    const { out } = this;
    if (types.isProxy(value)) throw new NotPlain();
    if (isOfSubclass(value)) throw new NotPlain();
    if (Array.isArray(value)) return this.#array(value, step);
    if (isPlainObject(value)) return this.#members(value, step);
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (types.isAnyArrayBuffer(value)) {
      out.tag('r');
      return this.#memory([new Uint8Array(value)], value.byteLength);
    }
    if (types.isMap(value)) {
      out.tag('m');
      out.count(value.size);
      for (const [key, inner] of value) {
        this.write(key);
        this.write(inner);
        step();
      }
      return;
    }
    if (types.isSet(value)) {
      out.tag('s');
      out.count(value.size);
      for (const member of value) {
        this.write(member);
        step();
      }
      return;
    }
    this.#leaf(value);
  }

  #leaf(value: object): void {
    const { out } = this;
    if (types.isDate(value)) {
      out.tag('d');
      return out.float(value.getTime());
    }
    if (types.isRegExp(value)) {
      out.tag('x');
      out.text(value.source);
      return out.text(value.lastIndex === 0 ? value.flags : `${value.flags} ${value.lastIndex}`);
    }
    if (value instanceof URL) {
      out.tag('U');
      return out.text(value.href);
    }
    if (types.isBoxedPrimitive(value)) {
      out.tag('p');
      return this.write(value.valueOf());
    }
    const adapter = adapterOf(value);
    if (adapter) {
      out.tag('F');
      out.text(adapter.kind);
      out.digest(tableDigest(adapter.toArrow(value, 'ERR_UNHASHABLE')));
      return this.write(rowLabels(value) ?? null);
    }
    if (!hasMethod(value, 'get')) throw new NotPlain();
    const { data } = value as { data?: Data | readonly Data[] };
    const chunks = (Array.isArray(data) ? data : [data]) as readonly Data[];
    if (typeof chunks[0]?.type?.typeId !== 'number') throw new NotPlain();
    out.tag('V');
    out.digest(vectorDigest(chunks));
  }

  #array(array: readonly unknown[], step: () => void): void {
    const { out } = this;
    out.tag('a');
    out.count(array.length);
    // Of a vast array with few members only those are visited.
    const sparse = array.length > 100_000 && Object.keys(array).length < array.length / 2;
    const indices = sparse ? Object.keys(array).map(Number) : array.keys();
    let next = 0;
    for (const index of indices) {
      const value = array[index];
      if (value === undefined && !(index in array)) continue;
      if (index > next) {
        out.tag('h');
        out.count(index - next);
      }
      this.write(value);
      step();
      next = index + 1;
    }
    this.#extras(array, extraKeys(array));
  }

  /** What one of the language's own has been given beside its content. */
  #extras(value: object, names: readonly string[]): void {
    if (names.length > 0) this.#named(value as Named, names, () => {});
  }

  /** The order of the keys does not count. */
  #members(object: Named, step: () => void): void {
    if (Object.getOwnPropertySymbols(object).length > 0) throw new NotPlain();
    this.#named(object, Object.keys(object), step);
  }

  #named(object: Named, names: readonly string[], step: () => void): void {
    const { out } = this;
    out.tag('o');
    out.count(names.length);
    for (const name of [...names].sort()) {
      out.text(name);
      this.write(object[name]);
      step();
    }
  }

  #view(view: ArrayBufferView): void {
    this.out.tag('v');
    this.out.text(Buffer.isBuffer(view) ? 'Buffer' : Object.prototype.toString.call(view).slice(8, -1));
    const isFloat = types.isFloat64Array(view) || types.isFloat32Array(view);
    this.#memory(isFloat ? canonicalFloats(view) : [asBytes(view)], view.byteLength);
  }

  #memory(blocks: Iterable<Uint8Array>, byteLength: number): void {
    const { out } = this;
    out.count(byteLength);
    if (byteLength <= 512) {
      for (const block of blocks) out.bytes(block);
      return;
    }
    const hash = createHash('sha256');
    for (const block of blocks) hash.update(block);
    out.digest(hash.digest());
  }
}
