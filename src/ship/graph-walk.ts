import { CaptureSize } from './capture-size.js';
import type { FunctionOrigin } from './function-origin.js';
import type { Inspector } from './inspector.js';
import { CapturedUses } from './lost-writes.js';
import {
  type Field,
  isRef,
  type MemberNode,
  type Node,
  type Ref,
  type RestoredNode,
  type Slot,
  type ValueCodec,
} from './payload.js';
import type { PlainData } from './plain.js';
import type { Path } from './value-path.js';

/** The use through which a value was reached: the path, and the script of the function that uses it. */
export interface Place {
  readonly path: Path;
  readonly scriptId?: string;
  /** The path of the outer variable, or of the bound name, from which the value was reached. */
  readonly variable?: Path;
}

/** An outer variable that a function uses. */
export interface Variable {
  readonly name: string;
  /** The function assigns to it, or to a member of it. */
  readonly isAssigned: boolean;
  /** The captured function itself uses it, not only a function that it uses. */
  readonly isOfRoot: boolean;
}

/** Returns the node of a value that is neither primitive nor known to the walk. */
export type NodeMaker = (walk: GraphWalk, value: object | symbol, place: Place) => Node;

/**
 * A walk over the graph of everything that a value reaches. It is breadth first with a queue, so that a long
 * linked list cannot overflow the stack. Every value gets one node, which preserves sharing and cycles.
 */
export class GraphWalk {
  readonly nodes: Node[] = [];
  /** The values that structured clone writes, all together. */
  readonly data: { readonly value: object; readonly path: Path }[] = [];
  /** The places of the functions that are sent as source. */
  readonly origins: FunctionOrigin[] = [];
  /** The nodes of instances with state methods, with path and class name for error messages. */
  readonly restored = new Map<RestoredNode, { readonly path: Path; readonly name: string }>();
  /** The functions that captured classes make by themselves. */
  readonly members = new Map<unknown, MemberNode>();
  /**
   * The functions and whole exports of the user's modules that are sent by reference, each with the key of
   * its module: the id of its script, or the exports themselves.
   */
  readonly referred = new Map<object, unknown>();
  /** Instances that their class holds in a static field, as enum-like classes do. */
  readonly statics: { readonly value: object; readonly owner: Slot; readonly key: string }[] = [];
  readonly size = new CaptureSize();
  readonly uses = new CapturedUses();
  /** The function that runs before the captured one, if there is one. */
  initializer: unknown;
  private readonly refs = new Map<unknown, Ref>();
  private readonly queue: { value: object | symbol; place: Place; index: number }[] = [];

  constructor(
    readonly inspector: Inspector,
    readonly codecs: readonly ValueCodec[],
    /** Recognizes plain data; without it, plain data is captured part by part. */
    readonly plain: PlainData | undefined,
    private readonly make: NodeMaker,
    /** Tells which variables are not captured. It is asked about the variables of every function. */
    readonly leavesOut: (variable: Variable) => boolean = () => false,
    /** Returns the function or object that is captured in place of a function. */
    private readonly standIn: (fn: object) => object = (fn) => fn,
    /** The keys of the user's modules whose functions are sent as source, with the variables they use. */
    private readonly byValue: ReadonlySet<unknown> = new Set(),
  ) {}

  /** Returns the slot of a value. A value that is new goes into the queue, and gets its node later. */
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

  /** Tells whether a value has its node already. */
  isMade(value: object): boolean {
    const ref = this.refs.get(value)?.ref;
    return ref !== undefined && this.nodes[ref] !== PENDING;
  }

  /** Tells whether a value is sent as a copy. */
  isCopied(value: object): boolean {
    const ref = this.refs.get(value)?.ref;
    if (ref === undefined) return this.plain?.has(value) === true;
    return !REFERENCES.has(this.nodes[ref].kind);
  }

  /**
   * Notes a function, or whole exports, of a module of the user's that is about to be sent by reference.
   * Returns false when it is to be sent by value.
   */
  refers(value: object): boolean {
    const key = (typeof value === 'function' && this.inspector.internals(value).location?.scriptId) || value;
    if (this.byValue.has(key)) return false;
    this.referred.set(value, key);
    return true;
  }

  /** Adds a value to {@link data}; returns its index there. */
  copy(value: object, place: Place, bytes: number): number {
    this.size.add(place.variable ?? place.path, bytes);
    return this.data.push({ value, path: place.path }) - 1;
  }

  /** Adds a node that no other use of the same value shares; returns its reference. */
  add(node: Node): Ref {
    return { ref: this.nodes.push(node) - 1 };
  }

  /** Captures one property. */
  field(key: string | symbol, descriptor: PropertyDescriptor, place: Place): Field {
    const { scriptId, variable } = place;
    const inner: Place = { path: place.path.property(key), scriptId, variable };
    // A fast path for ordinary properties, of which there are many.
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

  /** Captures an object's own properties, except those for which `skip` returns true. */
  fields(value: object, place: Place, skip?: (key: string | symbol) => boolean): Field[] {
    const fields: Field[] = [];
    for (const key of Reflect.ownKeys(value)) {
      if (skip?.(key)) continue;
      const descriptor = Object.getOwnPropertyDescriptor(value, key);
      if (descriptor) fields.push(this.field(key, descriptor, place));
    }
    return fields;
  }

  /** Makes the nodes of all values in the queue, which grows meanwhile. */
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
    this.referToStatics();
  }

  /**
   * Has instances come from their class where a worker loads that from its module. They get the
   * properties of now.
   */
  private referToStatics(): void {
    for (const { value, owner, key } of this.statics) {
      const ref = this.refs.get(value);
      const node = ref && this.nodes[ref.ref];
      if (!ref || node?.kind !== 'object' || !isRef(owner) || this.nodes[owner.ref].kind !== 'module')
        continue;
      const { fields } = node;
      this.nodes[ref.ref] = { kind: 'member', of: owner, isStatic: true, name: key, part: 'value', fields };
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

/** The length from which a string counts by itself; a shorter one counts as the slot that holds it. */
const LONG = 1000;
const OBJECT_BYTES = 48;
const SLOT_BYTES = 16;

/** The kinds of nodes that stand for a value that the other thread has itself, or for the same memory. */
const REFERENCES: ReadonlySet<Node['kind']> = new Set(['module', 'global', 'symbol', 'require', 'shared']);

const PENDING: Node = { kind: 'global', path: [] };
