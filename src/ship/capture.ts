import { captureValue } from './capture-value.js';
import { globalPath } from './globals.js';
import { GraphWalk, type Variable } from './graph-walk.js';
import { Inspector } from './inspector.js';
import { expectNewModules, moduleNode } from './module-index.js';
import type { Node, Slot, ValueCodec } from './payload.js';
import { PlainData } from './plain.js';
import { Path } from './value-path.js';

export interface CaptureOptions {
  readonly codecs: readonly ValueCodec[];
  /** The value's name in error messages. */
  readonly name: string;
  /** Tells which variables are not captured. */
  readonly leavesOut?: (variable: Variable) => boolean;
  /** Returns the function or object that is captured in place of a function. */
  readonly standIn?: (fn: object) => object;
  readonly companion?: Companion;
  /** A third one. */
  readonly initializer?: Companion;
  /** The modules of the user's whose functions are sent as source; see {@link GraphWalk.referred}. */
  readonly byValue?: ReadonlySet<unknown>;
}

/** A second value that is captured together with the first, and its name in error messages. */
export interface Companion {
  readonly value: unknown;
  readonly name: string;
}

/** The graph that a value reaches. A node of kind 'copy' stands for one of `values`. */
export interface Captured {
  readonly root: Slot;
  readonly nodes: readonly Node[];
  readonly values: readonly object[];
}

/** Captures everything that a value reaches, without preparing it for another thread. Throws a Refusal. */
export function capture(value: unknown, options: CaptureOptions): Captured {
  return inspecting((inspector) => {
    const { walk, root } = walkFrom(value, options, inspector, new PlainData(isReferred));
    return { root, nodes: walk.nodes, values: walk.data.map((entry) => entry.value) };
  });
}

/** Runs `work` with an inspector, and closes that afterwards. */
export function inspecting<T>(work: (inspector: Inspector) => T): T {
  expectNewModules();
  const inspector = new Inspector();
  try {
    return work(inspector);
  } finally {
    inspector.close();
  }
}

/**
 * Captures everything that a value, its companion and its initializer reach. Without `plain`, plain
 * data is captured part by part.
 */
export function walkFrom(
  value: unknown,
  { codecs, name, leavesOut, standIn, companion, initializer, byValue }: CaptureOptions,
  inspector: Inspector,
  plain?: PlainData,
): { readonly walk: GraphWalk; readonly root: Slot; readonly companion?: Slot; readonly initializer?: Slot } {
  const walk = new GraphWalk(inspector, codecs, plain, captureValue, leavesOut, standIn, byValue);
  walk.initializer = initializer?.value;
  const root = walk.slot(value, { path: Path.root(name) });
  const slotOf = (beside: Companion | undefined) =>
    beside && walk.slot(beside.value, { path: Path.root(beside.name) });
  const slots = { companion: slotOf(companion), initializer: slotOf(initializer) };
  walk.run();
  return { walk, root, ...slots };
}

/**
 * Tells whether a value is sent by reference, as parts of the language, of Node or of a loaded module are.
 */
export const isReferred = (value: object): boolean =>
  globalPath(value) !== undefined || moduleNode(value) !== undefined;
