import type { Integrity } from './integrity.js';
import type { ClonedData } from './structured-clone.js';

/** The type to which every function type is assignable. */
export type AnyFunction = (...args: never[]) => unknown;

/** The encoding of a kind of values that are not to be captured part by part, such as frames or locks. */
export interface ValueCodec {
  /** The name by which the receiver finds the codec. */
  readonly name: string;
  /**
   * Returns something structured-cloneable that stands for the value, or undefined for a value of another
   * kind. It is asked about plain data only when structured clone has refused that.
   */
  encode(value: object): unknown | undefined;
  /** Makes the value from what `encode` returned. */
  decode(encoded: unknown): unknown | Promise<unknown>;
  /** Tells whether `decode` imports no module and makes no object of a library; by default it may. */
  importsNothing?(encoded: unknown): boolean;
}

export type Primitive = string | number | bigint | boolean | null | undefined;

/** A reference to another node of the payload, by its index. */
export interface Ref {
  readonly ref: number;
}

/**
 * The use of a value: a primitive itself, or a reference to the node that all uses of any other value share.
 */
export type Slot = Primitive | Ref;

/**
 * A data or accessor property. `hidden`: not enumerable; `constant`: not writable; `locked`: not
 * configurable.
 */
export type Field = {
  readonly key: string | Ref;
  readonly hidden?: true;
  readonly constant?: true;
  readonly locked?: true;
} & ({ readonly value: Slot } | { readonly get: Slot; readonly set: Slot });

/**
 * A value that structured clone copies, at index `at` of the payload's data. `proto` and `fields`
 * add what structured clone leaves out: the prototype of a subclass such as Buffer, and
 * properties such as `lastIndex`.
 */
export interface CopyNode {
  readonly kind: 'copy';
  readonly at: number;
  readonly proto?: Slot;
  readonly fields?: readonly Field[];
}

/** A SharedArrayBuffer, or a view on one. It is posted itself, so that all threads see the same memory. */
export interface SharedNode {
  readonly kind: 'shared';
  readonly value: object;
  readonly proto?: Slot;
}

/** A part of the language or of Node, by its path from `globalThis`. */
export interface GlobalNode {
  readonly kind: 'global';
  readonly path: readonly string[];
}

/** A symbol: registered with `Symbol.for`, well-known such as `Symbol.iterator`, or unique. */
export interface SymbolNode {
  readonly kind: 'symbol';
  readonly origin: 'registry' | 'language' | 'unique';
  readonly name: string | undefined;
}

/** A module, or one export of it when `path` is not empty. */
export interface ModuleNode {
  readonly kind: 'module';
  readonly via: 'builtin' | 'require' | 'import';
  readonly id: string;
  /** The URL of the module in which `id` is the specifier of an import. */
  readonly parent?: string;
  readonly path: readonly string[];
  /** The name of a function of this package that workers may have in their own file: `ownFunction`. */
  readonly own?: string;
}

/** The `require` function of a CommonJS file or a notebook. */
export interface RequireNode {
  readonly kind: 'require';
  readonly from: string;
}

/** An instance of URL. */
export interface UrlNode {
  readonly kind: 'url';
  readonly href: string;
}

/** A value made of other values. The `items` of a map alternate between keys and values. */
export interface ContainerNode {
  readonly kind: 'object' | 'array' | 'map' | 'set' | 'error';
  readonly items: readonly Slot[];
  readonly fields: readonly Field[];
  /** The prototype; null for none, and left out for the usual one of the kind. */
  readonly proto?: Slot;
  /** Set after `Object.freeze`, `seal` or `preventExtensions`. */
  readonly integrity?: Integrity;
}

/** An instance whose class returns its state and makes it again: `of[restoreState](state)`. */
export interface RestoredNode {
  readonly kind: 'restored';
  readonly of: Slot;
  readonly state: Slot;
}

/** The `prototype` of a class: `of.prototype`. */
export interface PrototypeNode {
  readonly kind: 'prototype';
  readonly of: Slot;
}

/**
 * A value that a class makes by itself: a method, getter or setter of it or of its prototype, or an instance
 * in a static field, to which `fields` are given.
 */
export interface MemberNode {
  readonly kind: 'member';
  readonly of: Slot;
  readonly isStatic: boolean;
  readonly name: string | Slot;
  readonly part: 'value' | 'get' | 'set';
  readonly fields?: readonly Field[];
}

/** A position in a script. Line and column count from zero, as in V8. */
export interface SourcePosition {
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/** A function or class, as its source. */
export interface FunctionNode {
  readonly kind: 'function';
  readonly source: string;
  readonly form: 'expression' | 'method';
  readonly isClass: boolean;
  readonly strict: boolean;
  /** The name under which the source is compiled as a declaration; left out for an expression. */
  readonly declared?: string;
  readonly name: string;
  /**
   * The outer variables. A class needs `eager` ones while it is being defined, the others when it is used.
   */
  readonly captures: readonly { readonly name: string; readonly value: Slot; readonly eager: boolean }[];
  readonly fields: readonly Field[];
  /** The function's own prototype, when it was set: ES5 constructors inherit static members that way. */
  readonly proto?: Slot;
  /**
   * The prototype object, when an ES5 constructor has properties or a parent there, or a class has others
   * than its source makes.
   */
  readonly prototype?: {
    readonly proto: Slot;
    readonly fields: readonly Field[];
    readonly integrity?: Integrity;
  };
  /** The values of a class's private static fields, and the variable through which `source` gives setters. */
  readonly privates?: {
    readonly hook: string;
    readonly fields: readonly { readonly key: string; readonly value: Slot }[];
  };
  /** The members that a class's source makes but the class no longer has. */
  readonly removed?: { readonly statics: readonly string[]; readonly members: readonly string[] };
  readonly integrity?: Integrity;
  readonly position?: SourcePosition;
  /** The file name in stack traces, from which a relative `import()` resolves, too. */
  readonly file: string;
  /** The variable that stands for `import.meta` in `source`. */
  readonly metaName?: string;
  readonly importsDynamically: boolean;
  /** The source calls esbuild's `__name` helper, which has to be defined for it. */
  readonly keepsNames: boolean;
}

/** A function that `bind` made. */
export interface BoundNode {
  readonly kind: 'bound';
  readonly target: Slot;
  readonly self: Slot;
  readonly args: readonly Slot[];
}

/** A function that `partial` made. */
export interface PartialNode {
  readonly kind: 'partial';
  readonly target: Slot;
  readonly bound: Slot;
}

/** A function that the wrapper `by` made of `target`, or the `member` of such a function. */
export interface WrappedNode {
  readonly kind: 'wrapped';
  readonly target: Slot;
  readonly by: Slot;
  readonly member?: string;
  readonly args: readonly Slot[];
  /** The properties that the program has added. */
  readonly fields: readonly Field[];
}

/** A value that a codec encoded. */
export interface CodecNode {
  readonly kind: 'codec';
  readonly codec: string;
  readonly encoded: unknown;
  /** See {@link ValueCodec.importsNothing}. */
  readonly importsNothing?: boolean;
}

/** The copy of a module that TypeScript's `__importStar` makes: `{ ...of, default: of }`. */
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
  | MemberNode
  | FunctionNode
  | BoundNode
  | PartialNode
  | WrappedNode
  | CodecNode
  | StarNode;

/** A value in a form that can be posted to another thread. Only `receive` and its like read the inside. */
export interface ShippedValue {
  readonly root: Slot;
  readonly nodes: readonly Node[];
  readonly data?: ClonedData;
  /** A second value of the same graph: objects that both values reach are shared where they arrive, too. */
  readonly companion?: Slot;
  /** A function of the same graph that runs before the first one, and shares objects with it. */
  readonly initializer?: Slot;
}

/** A function in a form that can be posted: made once per call, posted to every worker. */
export type ShippedFunction = ShippedValue;

export function isRef(slot: unknown): slot is Ref {
  return typeof slot === 'object' && slot !== null;
}
