import { ApplyError } from '../errors.js';
import { type CaptureOptions, type Companion, inspecting, isReferred, walkFrom } from './capture.js';
import type { GraphWalk } from './graph-walk.js';
import type { Inspector } from './inspector.js';
import type { AnyFunction, ShippedFunction, ShippedValue, ValueCodec } from './payload.js';
import { PlainData } from './plain.js';
import { Refusal, refusal, remedy } from './refusal.js';
import { refuseCyclicState } from './state-methods.js';
import { type ClonedData, writeData } from './structured-clone.js';
import { rememberOrigins } from './trace-mapper.js';

/**
 * A function as a structured-cloneable payload: its source, and everything it uses, by reference or by value as of now. Throws
 * `ERR_UNSHIPPABLE`.
 *
 * With a `companion`, that goes in the same payload, if it can be shipped at all.
 *
 * Call it synchronously from where the user's call comes in: a script on the stack is identified a hundred times faster.
 */
export function ship(
  fn: AnyFunction,
  codecs: readonly ValueCodec[] = [],
  companion?: Companion,
): ShippedFunction {
  if (typeof fn !== 'function') {
    throw new ApplyError(
      'ERR_UNSHIPPABLE',
      `Only a function can be shipped to a worker, got ${fn === null ? 'null' : typeof fn}`,
    );
  }
  const name = fn.name || '(anonymous function)';
  if (companion !== undefined) {
    try {
      return shipAll(fn, { codecs, name, companion });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return shipValue(fn, name, codecs);
}

/** Any value in the same way. `name` is what messages call it. */
export function shipValue(value: unknown, name: string, codecs: readonly ValueCodec[] = []): ShippedValue {
  return shipAll(value, { codecs, name });
}

function shipAll(value: unknown, options: CaptureOptions): ShippedValue {
  return inspecting(
    (inspector) =>
      pack(value, options, inspector, new PlainData(isReferred)) ??
      // Something only looks plain, such as process.env: taken apart, it travels or is refused by name.
      pack(value, options, inspector),
  );
}

/** Undefined when structured clone refuses what seemed to be plain data. */
function pack(
  value: unknown,
  options: CaptureOptions,
  inspector: Inspector,
  plain: PlainData,
): ShippedValue | undefined;
function pack(value: unknown, options: CaptureOptions, inspector: Inspector): ShippedValue;
function pack(
  value: unknown,
  options: CaptureOptions,
  inspector: Inspector,
  plain?: PlainData,
): ShippedValue | undefined {
  const { walk, root, companion } = walkFrom(value, options, inspector, plain);
  refuseCyclicState(walk);
  let data: ClonedData | undefined;
  try {
    data = writeData(
      walk.data.map(({ value }) => value),
      plain?.memory,
    );
  } catch (error) {
    if (plain) return undefined;
    throw culprit(walk, error);
  }
  walk.size.warn();
  const shipped = { root, nodes: walk.nodes, ...(data && { data }), ...(companion && { companion }) };
  rememberOrigins(shipped, walk.origins);
  return shipped;
}

/** Which of the values structured clone does not take. */
function culprit({ data }: GraphWalk, error: unknown): Error {
  const found = data.find(({ value }) => {
    try {
      writeData([value]);
      return false;
    } catch {
      return true;
    }
  });
  const reason = `it cannot be copied (${error instanceof Error ? error.message : String(error)})`;
  return refusal(found?.path ?? 'a value it uses', reason, remedy.value, error);
}
