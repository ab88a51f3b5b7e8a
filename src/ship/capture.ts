import { captureValue } from './capture-value.js';
import { Inspector } from './inspect.js';
import { expectNewModules } from './modules.js';
import type { Node, Slot, ValueCodec } from './payload.js';
import { PlainData } from './plain.js';
import { Path } from './refusal.js';
import { isReferred } from './ship.js';
import { type Variable, Walk } from './walk.js';

export interface CaptureOptions {
  readonly codecs: readonly ValueCodec[];
  /** What messages call the value. */
  readonly name: string;
  /** Variables that are not captured. */
  readonly leavesOut?: (variable: Variable) => boolean;
  /** What is captured in place of a function. */
  readonly standIn?: (fn: object) => object;
}

/** What was found. Nodes of kind 'copy' stand for one of the `values`. */
export interface Captured {
  readonly root: Slot;
  readonly nodes: readonly Node[];
  readonly values: readonly object[];
}

/** The graph of everything a value reaches: of any value, where `ship` takes a function. Throws a {@link Refusal}. */
export function capture(value: unknown, { codecs, name, leavesOut, standIn }: CaptureOptions): Captured {
  expectNewModules();
  const inspector = new Inspector();
  try {
    const walk = new Walk(inspector, codecs, new PlainData(isReferred), captureValue, leavesOut, standIn);
    const root = walk.slot(value, { path: Path.root(name) });
    walk.run();
    return { root, nodes: walk.nodes, values: walk.data.map((entry) => entry.value) };
  } finally {
    inspector.close();
  }
}
