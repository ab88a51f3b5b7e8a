import { type Captured, type Field, isRef, type Node, type Slot } from '../ship/index.js';
import type { HashWriter } from './hash-writer.js';
import { loadedKey, moduleKey } from './module-key.js';
import { PlainWriter } from './plain-value.js';

/**
 * Writes the captured form of a value: the sources of functions and the values they use. Leaves out what may
 * change without a meaning: the position of a function in its file, paths, the stacks of errors.
 */
export class GraphWriter {
  /** Numbers nodes in the order in which they are written. */
  readonly #numbers = new Map<number, number>();
  readonly #plain: PlainWriter;

  constructor(
    private readonly out: HashWriter,
    private readonly graph: Captured,
  ) {
    this.#plain = new PlainWriter(out, new Map());
  }

  write(): void {
    this.#slot(this.graph.root);
  }

  #slot(slot: Slot): void {
    if (!isRef(slot)) {
      this.#plain.write(slot);
      return;
    }
    const { out } = this;
    const known = this.#numbers.get(slot.ref);
    if (known !== undefined) {
      out.tag('R');
      out.count(known);
      return;
    }
    this.#numbers.set(slot.ref, this.#numbers.size);
    const part = out.begin();
    const node = this.graph.nodes[slot.ref];
    out.tag('N');
    out.text(node.kind);
    this.#node(node);
    out.end(part);
  }

  #slots(slots: readonly Slot[]): void {
    this.out.count(slots.length);
    for (const slot of slots) this.#slot(slot);
  }

  #node(node: Node): void {
    const { out } = this;
    switch (node.kind) {
      case 'copy':
        this.#plain.write(this.graph.values[node.at]);
        this.#fields(node.fields ?? []);
        return this.#slot(node.proto);
      case 'shared':
        this.#plain.write(node.value);
        return this.#slot(node.proto);
      case 'restored':
        return this.#slots([node.of, node.state]);
      case 'global':
        return out.text(node.path.join('.'));
      case 'symbol':
        return out.text(`${node.origin} ${node.name}`);
      case 'module':
        return out.text(`${moduleKey(node)} ${node.path.join('.')}`);
      case 'require':
        // Nothing to write: the functions that use this `require` write what it loads.
        return;
      case 'url':
        return out.text(node.href);
      case 'member':
        out.text(`${node.part} ${node.isStatic}`);
        this.#slots([node.of, node.name]);
        return this.#fields(node.fields ?? []);
      case 'prototype':
      case 'star':
        return this.#slot(node.of);
      case 'bound':
        return this.#slots([node.target, node.self, ...node.args]);
      case 'partial':
        return this.#slots([node.target, node.bound]);
      case 'wrapped':
        // A cached function with properties, or a method of one. The options of the cache do not count.
        out.text(node.member ?? '');
        this.#fields(node.fields);
        return this.#slot(node.target);
      case 'codec':
        return out.text(String(node.encoded));
      case 'function':
        return this.#function(node);
      default:
        this.#slots(node.items);
        this.#fields(node.fields.filter(({ key }) => node.kind !== 'error' || key !== 'stack'));
        return this.#slot(node.proto);
    }
  }

  #function(node: Extract<Node, { kind: 'function' }>): void {
    const { out } = this;
    out.text(node.source);
    out.text(`${node.form} ${node.isClass}`);
    for (const from of this.#loadsFrom(node)) out.text(loadedKey(node.source, from));
    for (const { name, value } of [...node.captures].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      out.text(name);
      this.#slot(value);
    }
    this.#slot(node.proto);
    this.#fields(node.fields);
    for (const { key, value } of node.privates?.fields ?? []) {
      out.text(key);
      this.#slot(value);
    }
    if (!node.prototype) return;
    this.#slot(node.prototype.proto);
    this.#fields(node.prototype.fields);
  }

  /** Returns the files from which a function loads modules itself, by `import()` or `require`. */
  #loadsFrom(node: Extract<Node, { kind: 'function' }>): string[] {
    const from = node.importsDynamically && node.position ? [node.position.url] : [];
    for (const { value } of node.captures) {
      const captured = isRef(value) ? this.graph.nodes[value.ref] : undefined;
      if (captured?.kind === 'require') from.push(captured.from);
    }
    return from;
  }

  /** Writes fields sorted by name, then those with symbols in the order of the object. */
  #fields(fields: readonly Field[]): void {
    const { out } = this;
    const named = fields.filter(({ key }) => typeof key === 'string');
    named.sort((a, b) => ((a.key as string) < (b.key as string) ? -1 : 1));
    out.count(fields.length);
    for (const field of [...named, ...fields.filter(({ key }) => typeof key !== 'string')]) {
      this.#slot(field.key);
      if ('value' in field) this.#slot(field.value);
      else this.#slots([field.get, field.set]);
    }
  }
}
