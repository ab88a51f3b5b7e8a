import type { ClonedData } from './structured-clone.js';

/** Any function at all: every function type is assignable to it. */
export type AnyFunction = (...args: never[]) => unknown;

/** How a value that must not be walked (a frame, shared memory) travels. */
export interface ValueCodec {
  /** Sender and receiver find each other's codec by this name. */
  readonly name: string;
  /**
   * Something structured-cloneable that stands for the value, or `undefined` when it is not this codec's value. Asked for instances of classes and
   * for what holds such; plain data has gone its way before.
   */
  encode(value: object): unknown | undefined;
  decode(encoded: unknown): unknown | Promise<unknown>;
}

export type Primitive = string | number | bigint | boolean | null | undefined;

/** Points at another node of the payload. */
export interface Ref {
  readonly ref: number;
}

/** Where a value is used: primitives stand for themselves, all else is shared through its node. */
export type Slot = Primitive | Ref;

/** A property: data or accessor. `hidden`: does not enumerate; `constant`: not writable; `locked`: not configurable. */
export type Field = {
  readonly key: string | Ref;
  readonly hidden?: true;
  readonly constant?: true;
  readonly locked?: true;
} & ({ readonly value: Slot } | { readonly get: Slot; readonly set: Slot });

/**
 * What structured clone copies faithfully by itself: the value at this index of the payload's data. `proto` is set for subclasses,
 * Buffer for one; `fields` are properties structured clone leaves out, `lastIndex` for one.
 */
export interface CopyNode {
  readonly kind: 'copy';
  readonly at: number;
  readonly proto?: Slot;
  readonly fields?: readonly Field[];
}

/** A SharedArrayBuffer, or a view on one: the memory itself. */
export interface SharedNode {
  readonly kind: 'shared';
  readonly value: object;
  readonly proto?: Slot;
}

/** A part of the language or of Node, reached from `globalThis`. */
export interface GlobalNode {
  readonly kind: 'global';
  readonly path: readonly string[];
}

export interface SymbolNode {
  readonly kind: 'symbol';
  readonly origin: 'registry' | 'language' | 'unique';
  readonly name: string | undefined;
}

/** A module, or with a `path` an export of it. */
export interface ModuleNode {
  readonly kind: 'module';
  readonly via: 'builtin' | 'require' | 'import';
  readonly id: string;
  /** The module whose specifier `id` is. */
  readonly parent?: string;
  readonly path: readonly string[];
}

/** The `require` of a CommonJS file or a notebook. */
export interface RequireNode {
  readonly kind: 'require';
  readonly from: string;
}

export interface UrlNode {
  readonly kind: 'url';
  readonly href: string;
}

/** Anything made of other values. A map's `items` alternate between key and value. */
export interface ContainerNode {
  readonly kind: 'object' | 'array' | 'map' | 'set' | 'error';
  readonly items: readonly Slot[];
  readonly fields: readonly Field[];
  /** `null`: no prototype; left out: the usual one of its kind. */
  readonly proto?: Slot;
  /** What `Object.freeze`, `seal` or `preventExtensions` made of it. */
  readonly integrity?: 'frozen' | 'sealed' | 'closed';
}

/** An instance that its class takes apart and puts together by itself: `of[restoreState](state)`. */
export interface RestoredNode {
  readonly kind: 'restored';
  readonly of: Slot;
  readonly state: Slot;
}

/** `of.prototype`. */
export interface PrototypeNode {
  readonly kind: 'prototype';
  readonly of: Slot;
}

/** Zero-based, as V8 counts. */
export interface SourcePosition {
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

export interface FunctionNode {
  readonly kind: 'function';
  readonly source: string;
  readonly form: 'expression' | 'method';
  readonly isClass: boolean;
  readonly strict: boolean;
  /** Set when the source is to be a declaration, under this name. */
  readonly declared?: string;
  readonly name: string;
  /** Outer variables. `eager` ones are needed while a class is being defined, the others only once it is used. */
  readonly captures: readonly { readonly name: string; readonly value: Slot; readonly eager: boolean }[];
  readonly fields: readonly Field[];
  /** What the function itself was made to inherit from, as ES5 constructors are for their static members. */
  readonly proto?: Slot;
  /** What was put on an ES5 constructor's prototype by hand. */
  readonly prototype?: { readonly proto: Slot; readonly fields: readonly Field[] };
  readonly position?: SourcePosition;
  /** The file's name in stack traces, and where relative `import()`s start. */
  readonly file: string;
  /** The variable that stands for `import.meta` in `source`. */
  readonly metaName?: string;
  readonly importsDynamically: boolean;
  /** esbuild's `__name` helper is called in the source and has to be provided. */
  readonly keepsNames: boolean;
}

export interface BoundNode {
  readonly kind: 'bound';
  readonly target: Slot;
  readonly self: Slot;
  readonly args: readonly Slot[];
}

export interface PartialNode {
  readonly kind: 'partial';
  readonly target: Slot;
  readonly bound: Slot;
}

/** What `by` makes of `target`, or a member of that. */
export interface WrappedNode {
  readonly kind: 'wrapped';
  readonly target: Slot;
  readonly by: Slot;
  readonly member?: string;
  readonly args: readonly Slot[];
  /** What the program has put on it. */
  readonly fields: readonly Field[];
}

export interface CodecNode {
  readonly kind: 'codec';
  readonly codec: string;
  readonly encoded: unknown;
}

/** The copy of a module that TypeScript's `__importStar` makes. */
export interface StarNode {
  readonly kind: 'star';
  readonly of: Slot;
}

export type Node =
  | CopyNode
  | SharedNode
  | RestoredNode
  | GlobalNode
  | SymbolNode
  | ModuleNode
  | RequireNode
  | UrlNode
  | ContainerNode
  | PrototypeNode
  | FunctionNode
  | BoundNode
  | PartialNode
  | WrappedNode
  | CodecNode
  | StarNode;

/** A value on its way: structured-cloneable. Its inside is nobody else's business. */
export interface ShippedValue {
  readonly root: Slot;
  readonly nodes: readonly Node[];
  readonly data?: ClonedData;
  /** Something that travels along, and has what it shares with the value in common with it there, too. */
  readonly companion?: Slot;
}

/** A function on its way: made once per call, sent to every worker. */
export type ShippedFunction = ShippedValue;

export function isRef(slot: unknown): slot is Ref {
  return typeof slot === 'object' && slot !== null;
}
