import { captureValue } from './capture-value.js';
import { Inspector } from './inspect.js';
import { expectNewModules } from './modules.js';
import type { ShippedFunction, ValueCodec } from './payload.js';
import { Path } from './refusal.js';
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

/** The graph of everything a value reaches: of any value, where `ship` takes a function. Throws a {@link Refusal}. */
export function capture(
  value: unknown,
  { codecs, name, leavesOut, standIn }: CaptureOptions,
): ShippedFunction {
  expectNewModules();
  const inspector = new Inspector();
  try {
    const walk = new Walk(inspector, codecs, captureValue, leavesOut, standIn);
    const root = walk.slot(value, { path: Path.root(name) });
    walk.run();
    return { root, nodes: walk.nodes };
  } finally {
    inspector.close();
  }
}
