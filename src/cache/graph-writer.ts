import { type Field, isRef, type Node, type ShippedFunction, type Slot } from '../ship/index.js';
import type { ByteWriter } from './byte-writer.js';
import { moduleKey } from './module-key.js';
import { PlainWriter } from './plain-value.js';

/**
 * Writes what the capture of a value found: sources, and the values they use. Left out is what changes without meaning anything: the
 * place of a function in its file, paths, the stacks of errors.
 */
export class GraphWriter {
  readonly #numbers = new Map<number, number>();
  readonly #plain: PlainWriter;

  constructor(
    private readonly out: ByteWriter,
    private readonly graph: ShippedFunction,
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
        this.#plain.write(node.value);
        return this.#slot(node.proto);
      case 'global':
        return out.text(node.path.join('.'));
      case 'symbol':
        return out.text(`${node.origin} ${node.name}`);
      case 'module':
        return out.text(`${moduleKey(node)} ${node.path.join('.')}`);
      case 'require':
        return;
      case 'url':
        return out.text(node.href);
      case 'prototype':
      case 'star':
        return this.#slot(node.of);
      case 'bound':
        return this.#slots([node.target, node.self, ...node.args]);
      case 'partial':
        return this.#slots([node.target, node.bound]);
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
    for (const { name, value } of [...node.captures].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      out.text(name);
      this.#slot(value);
    }
    this.#fields(node.fields);
    if (!node.prototype) return;
    this.#slot(node.prototype.proto);
    this.#fields(node.prototype.fields);
  }

  /** Fields in the order of their names, then those named by symbols as they come. */
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
