import { createHash } from 'node:crypto';
import { types } from 'node:util';
import type { Data } from 'apache-arrow';
import { asBytes } from '../arrow/index.js';
import { adapterOf, rowLabels } from '../frame/index.js';
import { hasMethod } from '../util/index.js';
import { extraKeys, insideOf, kindOf, viewClassOf } from '../values/index.js';
import { canonicalFloats } from './canonical-floats.js';
import type { HashWriter } from './hash-writer.js';
import { tableDigest, vectorDigest } from './table-digest.js';

/** Thrown for a value that is not plain data, such as a function or an instance of a class. */
export class NotPlain extends Error {}

type Named = { readonly [name: string]: unknown };

/** Thrown for a value that contains itself, which bytes without references cannot say. */
export class Cyclic extends Error {}

/**
 * Writes plain data by content: two equal objects give the same bytes, whether or not they are the same
 * object.
 *
 * `seen` is for values that contain themselves: every object is written once, and later as its number.
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
    const made = out.end(part);
    if (made) this.#digests.set(value, made);
    this.#open.delete(value);
  }

  #content(value: object, step: () => void): void {
    const { out } = this;
    const kind = kindOf(value);
    switch (kind) {
      case 'object':
      case 'bare':
        return this.#members(value as Named, step);
      case 'array':
        return this.#array(value as readonly unknown[], step);
      case 'map':
        return this.#map(value as ReadonlyMap<unknown, unknown>, step);
      case 'set':
        return this.#set(value as ReadonlySet<unknown>, step);
      case 'view':
        return this.#view(value as ArrayBufferView);
      case 'buffer':
      case 'shared': {
        const bytes = new Uint8Array(value as ArrayBufferLike);
        out.tag('r');
        return this.#memory([bytes], bytes.byteLength);
      }
      case 'date':
        out.tag('d');
        out.float((value as Date).getTime());
        return this.#extras(value, Object.keys(value));
      case 'regexp':
        return this.#regexp(value as RegExp);
      case 'url':
        out.tag('U');
        out.text((value as URL).href);
        return this.#extras(value, Object.keys(value));
      case 'boxed':
        out.tag('p');
        return this.write(value.valueOf());
      case 'instance':
        return this.#instance(value);
      default:
        throw new NotPlain();
    }
  }

  #map(map: ReadonlyMap<unknown, unknown>, step: () => void): void {
    this.out.tag('m');
    this.out.count(map.size);
    for (const [key, inner] of map) {
      this.write(key);
      this.write(inner);
      step();
    }
    this.#extras(map, Object.keys(map));
  }

  #set(set: ReadonlySet<unknown>, step: () => void): void {
    this.out.tag('s');
    this.out.count(set.size);
    for (const member of set) {
      this.write(member);
      step();
    }
    this.#extras(set, Object.keys(set));
  }

  #regexp(regexp: RegExp): void {
    const { source, flags, lastIndex } = regexp;
    this.out.tag('x');
    this.out.text(source);
    this.out.text(lastIndex === 0 ? flags : `${flags} ${lastIndex}`);
    this.#extras(regexp, Object.keys(regexp));
  }

  /** Frames and vectors are plain data; instances of other classes are not. */
  #instance(value: object): void {
    const { out } = this;
    if (insideOf(value) !== undefined) throw new NotPlain();
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
    // Visits only the members of a vast array that has few.
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

  /** Writes the properties that a Map, an array and the like have beside their content. */
  #extras(value: object, names: readonly string[]): void {
    if (names.length > 0) this.#named(value as Named, names, () => {});
  }

  /** Writes the keys in sorted order, since their order does not count. */
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
    this.out.text(viewClassOf(view));
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
