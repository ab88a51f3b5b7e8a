import { captureValue } from './capture-value.js';
import { globalPath } from './globals.js';
import { GraphWalk, type Variable } from './graph-walk.js';
import { Inspector } from './inspector.js';
import { expectNewModules, moduleNode } from './module-index.js';
import type { Node, Slot, ValueCodec } from './payload.js';
import { PlainData } from './plain.js';
import { Path } from './refusal.js';

export interface CaptureOptions {
  readonly codecs: readonly ValueCodec[];
  /** What messages call the value. */
  readonly name: string;
  /** Variables that are not captured. */
  readonly leavesOut?: (variable: Variable) => boolean;
  /** What is captured in place of a function. */
  readonly standIn?: (fn: object) => object;
  /** Static fields of classes are taken as they are, whatever they hold: for looking, not for sending. */
  readonly takesStatics?: boolean;
  readonly companion?: Companion;
}

/** A value to be captured beside another, and what messages call it. */
export interface Companion {
  readonly value: unknown;
  readonly name: string;
}

/** What was found. Nodes of kind 'copy' stand for one of the `values`. */
export interface Captured {
  readonly root: Slot;
  readonly nodes: readonly Node[];
  readonly values: readonly object[];
}

/** The graph of everything a value reaches: of any value, where `ship` takes a function. Throws a {@link Refusal}. */
export function capture(value: unknown, options: CaptureOptions): Captured {
  return inspecting((inspector) => {
    const { walk, root } = walkFrom(value, options, inspector, new PlainData(isReferred));
    return { root, nodes: walk.nodes, values: walk.data.map((entry) => entry.value) };
  });
}

/** Lets `work` look into functions. */
export function inspecting<T>(work: (inspector: Inspector) => T): T {
  expectNewModules();
  const inspector = new Inspector();
  try {
    return work(inspector);
  } finally {
    inspector.close();
  }
}

/** One pass over everything a value reaches. `plain` undefined: all is taken apart. */
export function walkFrom(
  value: unknown,
  { codecs, name, leavesOut, standIn, takesStatics, companion }: CaptureOptions,
  inspector: Inspector,
  plain?: PlainData,
): { readonly walk: GraphWalk; readonly root: Slot; readonly companion?: Slot } {
  const walk = new GraphWalk(inspector, codecs, plain, captureValue, leavesOut, standIn, takesStatics);
  const root = walk.slot(value, { path: Path.root(name) });
  const beside = companion && walk.slot(companion.value, { path: Path.root(companion.name) });
  walk.run();
  return { walk, root, companion: beside };
}

/** Goes by reference, as a part of Node or of a module does. */
export const isReferred = (value: object): boolean =>
  globalPath(value) !== undefined || moduleNode(value) !== undefined;
