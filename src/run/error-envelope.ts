import { inspect, types } from 'node:util';

/** A thrown value as structured clone can carry it. An Error would lose its class name, code and own properties on the way. */
export type WireError =
  | { readonly thrown: 'value'; readonly value: unknown }
  | {
      readonly thrown: 'error';
      readonly name: string;
      readonly message: string;
      readonly stack?: string;
      readonly properties: { readonly [name: string]: unknown };
      readonly cause?: WireError;
      readonly errors?: readonly WireError[];
    };

export function describeError(error: unknown, depth = 0): WireError {
  if (!types.isNativeError(error)) return { thrown: 'value', value: cloneable(error) };
  const properties: { [name: string]: unknown } = {};
  for (const key of Object.keys(error)) {
    if (key !== 'cause' && key !== 'errors')
      properties[key] = cloneable((error as unknown as { [key: string]: unknown })[key]);
  }
  const { cause, errors } = error as { cause?: unknown; errors?: readonly unknown[] };
  const nested = depth < 8;
  return {
    thrown: 'error',
    name: String(error.name),
    message: String(error.message),
    stack: typeof error.stack === 'string' ? error.stack : undefined,
    properties,
    cause: nested && cause !== undefined ? describeError(cause, depth + 1) : undefined,
    errors:
      nested && Array.isArray(errors) ? errors.map((inner) => describeError(inner, depth + 1)) : undefined,
  };
}

/** The value itself where it can be sent, else its text. */
function cloneable(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return inspect(value, { depth: 1 });
  }
}

const errorClasses: { [name: string]: ErrorConstructor | undefined } = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

export function reviveError(wire: WireError): unknown {
  if (wire.thrown === 'value') return wire.value;
  const { name, message, stack, properties, cause, errors } = wire;
  const options = cause === undefined ? undefined : { cause: reviveError(cause) };
  const ErrorClass = errorClasses[name] ?? Error;
  const error = errors
    ? new AggregateError(errors.map(reviveError), message, options)
    : new ErrorClass(message, options);
  if (error.name !== name) define(error, 'name', name);
  define(error, 'stack', stack);
  return Object.assign(error, properties);
}

const define = (error: Error, key: string, value: unknown): void =>
  void Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: false });
