import { CaptureSize } from './capture-size.js';
import type { FunctionOrigin } from './function-origin.js';
import type { Inspector } from './inspector.js';
import type { Field, Node, Ref, RestoredNode, Slot, ValueCodec } from './payload.js';
import type { PlainData } from './plain.js';
import type { Path } from './refusal.js';

/** Where a value was met: the path to it, and the script of the function that uses it. */
export interface Place {
  readonly path: Path;
  readonly scriptId?: string;
  /** The variable, or the bound name, that the value was reached from. */
  readonly variable?: Path;
}

/** A variable that a function takes from its surroundings. */
export interface Variable {
  readonly name: string;
  /** The function writes to it, or to a member of it. */
  readonly isAssigned: boolean;
  /** Of the very function that is captured, not of one that it uses. */
  readonly isOfRoot: boolean;
}

/** Makes the node of one value that is neither primitive nor known already. */
export type NodeMaker = (walk: GraphWalk, value: object | symbol, place: Place) => Node;

/**
 * One pass over everything a function reaches. Breadth first with a queue, so that a long list cannot overflow the stack;
 * every value gets one node, so that shared and cyclic values stay what they are.
 */
export class GraphWalk {
  readonly nodes: Node[] = [];
  /** What goes as structured clone writes it, in one piece. */
  readonly data: { readonly value: object; readonly path: Path }[] = [];
  /** The functions whose source travels. */
  readonly origins: FunctionOrigin[] = [];
  readonly restored = new Map<RestoredNode, { readonly path: Path; readonly name: string }>();
  readonly size = new CaptureSize();
  private readonly refs = new Map<unknown, Ref>();
  private readonly queue: { value: object | symbol; place: Place; index: number }[] = [];

  constructor(
    readonly inspector: Inspector,
    readonly codecs: readonly ValueCodec[],
    /** Undefined: nothing counts as plain, all is taken apart. */
    readonly plain: PlainData | undefined,
    private readonly make: NodeMaker,
    /** Variables that are left out: the function keeps its own. Asked for the variables of every function. */
    readonly leavesOut: (variable: Variable) => boolean = () => false,
    /** What is captured in place of a function. */
    private readonly standIn: (fn: object) => object = (fn) => fn,
    readonly takesStatics = false,
  ) {}

  /** The slot for a value; the work on it waits in the queue. */
  slot(value: unknown, place: Place): Slot {
    switch (typeof value) {
      case 'object':
        return value === null ? null : this.enqueue(value, place);
      case 'function':
        return this.enqueue(this.standIn(value), place);
      case 'symbol':
        return this.enqueue(value, place);
      case 'string':
        if (value.length >= LONG) this.size.add(place.variable ?? place.path, value.length);
        return value;
      default:
        return value as Slot;
    }
  }

  /** Puts a value among the {@link data}; returns its place there. */
  copy(value: object, place: Place, bytes: number): number {
    this.size.add(place.variable ?? place.path, bytes);
    return this.data.push({ value, path: place.path }) - 1;
  }

  /** A node of its own that stands for `value` in this one place only. */
  add(node: Node): Ref {
    return { ref: this.nodes.push(node) - 1 };
  }

  field(key: string | symbol, descriptor: PropertyDescriptor, place: Place): Field {
    const { scriptId, variable } = place;
    const inner: Place = { path: place.path.property(key), scriptId, variable };
    // The usual property, of which there are many, without the copying that follows.
    if (typeof key === 'string' && descriptor.enumerable && descriptor.configurable && descriptor.writable)
      return { key, value: this.slot(descriptor.value, inner) };
    const named = {
      key: typeof key === 'symbol' ? (this.slot(key, inner) as Ref) : key,
      ...(descriptor.enumerable ? undefined : { hidden: true as const }),
      ...(descriptor.configurable ? undefined : { locked: true as const }),
      ...(descriptor.writable === false ? { constant: true as const } : undefined),
    };
    if (descriptor.get || descriptor.set) {
      return { ...named, get: this.slot(descriptor.get, inner), set: this.slot(descriptor.set, inner) };
    }
    return { ...named, value: this.slot(descriptor.value, inner) };
  }

  /** An object's own properties, without those `skip` names. */
  fields(value: object, place: Place, skip?: (key: string | symbol) => boolean): Field[] {
    const fields: Field[] = [];
    for (const key of Reflect.ownKeys(value)) {
      if (skip?.(key)) continue;
      const descriptor = Object.getOwnPropertyDescriptor(value, key);
      if (descriptor) fields.push(this.field(key, descriptor, place));
    }
    return fields;
  }

  /** Does all the work that waits. */
  run(): void {
    for (let next = 0; next < this.queue.length; next++) {
      const { value, place, index } = this.queue[next];
      const node = this.make(this, value, place);
      this.nodes[index] = node;
      if ('items' in node) {
        const slots = node.items.length + 2 * node.fields.length;
        this.size.add(place.variable ?? place.path, OBJECT_BYTES + SLOT_BYTES * slots);
      }
    }
  }

  private enqueue(value: object | symbol, place: Place): Ref {
    let ref = this.refs.get(value);
    if (!ref) {
      ref = this.add(PENDING);
      this.refs.set(value, ref);
      this.queue.push({ value, place, index: ref.ref });
    }
    return ref;
  }
}

/** Shorter strings are counted with the slots they lie in. */
const LONG = 1000;
const OBJECT_BYTES = 48;
const SLOT_BYTES = 16;

const PENDING: Node = { kind: 'global', path: [] };
