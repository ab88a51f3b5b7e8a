import { requireFrom } from '../util/index.js';
import { type Instance, instantiate } from './compile.js';
import { creationOrder } from './creation-order.js';
import { partial } from './partial.js';
import { type AnyFunction, isRef, type Node, type Slot } from './payload.js';
import { populate } from './populate.js';
import { type Wrapper, wrapAgain } from './recipe.js';
import { restoreState } from './state-methods.js';

type AnyCallable = (...args: unknown[]) => unknown;
type NodeOf<Kind extends Node['kind']> = Extract<Node, { kind: Kind }>;

/**
 * Makes values of the nodes of a payload in three steps: creates all values that may be empty at
 * first; then creates those that need complete parts, such as classes and bound functions, after
 * their parts; then completes the others.
 */
export class Rebuild {
  private readonly values: unknown[] = [];
  private readonly ready: boolean[] = [];
  private readonly instances = new Map<number, Instance>();
  /** The functions that capture a node, each with the name of its variable, by the node's index. */
  private readonly users = new Map<number, { instance: Instance; name: string }[]>();

  constructor(
    private readonly nodes: readonly Node[],
    private readonly arrivals: ReadonlyMap<number, unknown>,
    private readonly data: readonly object[],
  ) {}

  /** Makes all values, and returns a function that returns the value of a slot. */
  run(): (slot: Slot) => unknown {
    for (let index = 0; index < this.nodes.length; index++) this.begin(index);
    const waiting = this.nodes.flatMap((node, index) => (this.tryPopulate(node, index) ? [] : [index]));
    for (const index of creationOrder(this.nodes)) this.finish(index);
    for (const index of waiting) this.tryPopulate(this.nodes[index], index);
    return this.value;
  }

  /** Creates a node's value if that needs no other value, or may be empty at first. */
  private begin(index: number): void {
    const node = this.nodes[index];
    if (node.kind === 'function') {
      const instance = instantiate(node);
      this.instances.set(index, instance);
      for (const { name, value } of node.captures) this.capture(instance, name, value);
      if (!node.isClass) this.settle(index, instance.make());
      return;
    }
    const shell = this.shell(node, index);
    if (shell) this.settle(index, shell.value);
  }

  private shell(node: Node, index: number): { value: unknown } | undefined {
    switch (node.kind) {
      case 'module':
      case 'codec':
        return { value: this.arrivals.get(index) };
      case 'copy':
        return { value: this.data[node.at] };
      case 'shared':
        return { value: node.value };
      case 'global':
        return {
          value: node.path.reduce<unknown>((holder, key) => Reflect.get(Object(holder), key), globalThis),
        };
      case 'symbol':
        return { value: symbolOf(node) };
      case 'require':
        return { value: requireFrom(node.from) };
      case 'url':
        return { value: new URL(node.href) };
      case 'array':
        return { value: [] };
      case 'map':
        return { value: new Map() };
      case 'set':
        return { value: new Set() };
      case 'error':
        return { value: new Error() };
      case 'object':
        return { value: {} };
      default:
        return undefined;
    }
  }

  private capture(instance: Instance, name: string, slot: Slot): void {
    if (!isRef(slot)) {
      instance.set[name](slot);
      return;
    }
    const users = this.users.get(slot.ref);
    if (users) users.push({ instance, name });
    else this.users.set(slot.ref, [{ instance, name }]);
    if (this.ready[slot.ref]) instance.set[name](this.values[slot.ref]);
  }

  private settle(index: number, value: unknown): void {
    this.values[index] = value;
    this.ready[index] = true;
    for (const { instance, name } of this.users.get(index) ?? []) instance.set[name](value);
  }

  private readonly value = (slot: Slot): unknown => (isRef(slot) ? this.values[slot.ref] : slot);
  private readonly isReady = (slot: Slot): boolean => !isRef(slot) || this.ready[slot.ref] === true;

  private tryPopulate(node: Node, index: number): boolean {
    if (!this.ready[index]) return false;
    const setters = this.instances.get(index)?.setters?.();
    return populate(node, this.values[index], this.value, this.isReady, setters);
  }

  /** Creates a node's value if it does not exist yet, and completes it. */
  private finish(index: number): void {
    const node = this.nodes[index];
    if (!this.ready[index]) {
      switch (node.kind) {
        case 'function':
          this.settle(index, this.instances.get(index)?.make());
          break;
        case 'prototype':
          this.settle(index, Reflect.get(Object(this.value(node.of)), 'prototype'));
          break;
        case 'member':
          this.settle(index, memberOf(node, this.value));
          break;
        case 'bound': {
          const target = this.value(node.target) as AnyCallable;
          this.settle(index, target.bind(this.value(node.self), ...node.args.map(this.value)));
          break;
        }
        case 'partial':
          this.settle(
            index,
            partial(this.value(node.target) as AnyCallable, this.value(node.bound) as object),
          );
          break;
        case 'wrapped': {
          const by = this.value(node.by) as Wrapper;
          const target = this.value(node.target) as AnyFunction;
          this.settle(index, by[wrapAgain](target, node.member, node.args.map(this.value)));
          break;
        }
        case 'restored': {
          const owner = Object(this.value(node.of)) as { [restoreState](state: unknown): unknown };
          this.settle(index, owner[restoreState](this.value(node.state)));
          break;
        }
        case 'star':
          this.settle(index, importStar(Object(this.value(node.of))));
          break;
      }
    }
    this.tryPopulate(node, index);
  }
}

/** Returns a function that a class has made. */
function memberOf({ of, isStatic, name, part }: NodeOf<'member'>, value: (slot: Slot) => unknown): unknown {
  const owner = Object(value(of)) as object;
  const holder = isStatic ? owner : Object(Reflect.get(owner, 'prototype'));
  return Object.getOwnPropertyDescriptor(holder, value(name) as PropertyKey)?.[part];
}

function symbolOf({ origin, name }: NodeOf<'symbol'>): symbol {
  if (origin === 'registry') return Symbol.for(name ?? '');
  if (origin === 'language') return Reflect.get(Symbol, name ?? '') as symbol;
  return Symbol(name);
}

/** Makes the copy of a module that TypeScript's `__importStar` makes. */
function importStar(module: object): object {
  const copy = { default: module };
  for (const key of Object.keys(module)) {
    if (key !== 'default')
      Object.defineProperty(copy, key, { enumerable: true, get: () => Reflect.get(module, key) });
  }
  return copy;
}
