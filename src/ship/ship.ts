import { ApplyError } from '../errors.js';
import { type CaptureOptions, type Companion, inspecting, isReferred, walkFrom } from './capture.js';
import { describeFunction, describePlace } from './code-place.js';
import type { GraphWalk } from './graph-walk.js';
import type { Inspector } from './inspector.js';
import { findOverlap } from './module-state.js';
import { isOnlyRead } from './only-read.js';
import type { AnyFunction, ShippedFunction, ShippedValue, ValueCodec } from './payload.js';
import { PlainData } from './plain.js';
import { Refusal, refusal, remedy } from './refusal.js';
import { refuseCyclicState } from './state-methods.js';
import { type ClonedData, writeData } from './structured-clone.js';
import { rememberOrigins } from './trace-mapper.js';

/**
 * Returns a structured-cloneable payload of a function: its source, and everything it uses, by
 * reference or with the values of now. Throws `ERR_UNSHIPPABLE`. A `companion` goes into the same
 * payload; one that is refused is left out. So does an `initializer`, which shares objects with the function.
 *
 * Call it synchronously from the user's call: a script on the stack is identified a hundred times faster.
 */
export function ship(
  fn: AnyFunction,
  codecs: readonly ValueCodec[] = [],
  companion?: Companion,
  initializer?: AnyFunction,
): ShippedFunction {
  if (typeof fn !== 'function') {
    throw new ApplyError(
      'ERR_UNSHIPPABLE',
      `Only a function can be shipped to a worker, got ${fn === null ? 'null' : typeof fn}`,
    );
  }
  const options: CaptureOptions = {
    codecs,
    name: fn.name || '(anonymous function)',
    initializer: initializer && { value: initializer, name: initializer.name || 'initializer' },
  };
  if (companion !== undefined) {
    try {
      return shipAll(fn, { ...options, companion });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return shipAll(fn, options);
}

/** Returns a payload of any value. `name` is the value's name in error messages. */
export function shipValue(value: unknown, name: string, codecs: readonly ValueCodec[] = []): ShippedValue {
  return shipAll(value, { codecs, name });
}

function shipAll(value: unknown, options: CaptureOptions): ShippedValue {
  return inspecting((inspector) => {
    try {
      return (
        pack(value, options, inspector, new PlainData(isReferred)) ??
        // Something only looked plain, such as process.env. Captured part by part, it is sent, or refused by
        // name.
        pack(value, options, inspector)
      );
    } catch (error) {
      // Finding files may take the debugger: not for an error that nobody sees.
      if (error instanceof Refusal && !options.companion) tellPlaces(error, value, inspector);
      throw error;
    }
  });
}

/** Adds to a refusal where the function is, and where code uses the value that was refused. */
function tellPlaces(error: Refusal, value: unknown, inspector: Inspector): void {
  if (error.hasPlaces || typeof value !== 'function') return;
  const use = error.use && describePlace(error.use, inspector);
  const start = describeFunction(value, inspector);
  if (use && start) error.addPlaces(`Used at ${use}, by the function at ${start}.`);
  else if (start) error.addPlaces(`The function is at ${start}.`);
}

/**
 * Captures and serializes a value. Returns undefined when structured clone refuses data that seemed to be
 * plain.
 */
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
  const { walk, root, companion, initializer } = walkFrom(value, options, inspector, plain);
  const overlap = walk.referred.size > 0 ? findOverlap(walk) : undefined;
  if (overlap) {
    const byValue = new Set([...(options.byValue ?? []), ...overlap.keys]);
    try {
      const whole = { ...options, byValue };
      return plain ? pack(value, whole, inspector, new PlainData(isReferred)) : pack(value, whole, inspector);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Functions without objects of their own may exist twice.
      if (overlap.ofObjects) throw overlapRefusal(error, overlap.name);
    }
  }
  refuseCyclicState(walk);
  let data: ClonedData | undefined;
  try {
    data = writeData(
      walk.data.map(({ value }) => value),
      plain?.memory,
    );
  } catch (error) {
    if (plain) return undefined;
    throw cloneRefusal(walk, error);
  }
  walk.size.warn();
  walk.uses.warn(inspector);
  const shipped = {
    root,
    nodes: walk.nodes,
    ...(data && { data: { ...data, isOnlyRead: isOnlyRead(walk) } }),
    ...(companion && { companion }),
    ...(initializer && { initializer }),
  };
  rememberOrigins(shipped, walk.origins);
  return shipped;
}

/** Returns a refusal that says why functions of a module are not loaded by workers. */
function overlapRefusal({ path, reason, message }: Refusal, name: string): Refusal {
  const why = `${name} is sent with the objects of its module, since the call holds copies of some`;
  const advice = message.slice(message.indexOf(reason) + reason.length).replace(/^\.\s*/, '');
  return refusal(path, `${reason} (${why})`, advice);
}

/** Returns the refusal of the value that structured clone does not accept. */
function cloneRefusal({ data }: GraphWalk, error: unknown): Error {
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
