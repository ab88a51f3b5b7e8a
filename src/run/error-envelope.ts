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

/** Causes of causes are followed this far, and no more errors than these in all; they can go round in circles. */
const MAX_DEPTH = 8;
const MAX_ERRORS = 100;

export function describeError(error: unknown, depth = 0, budget = { left: MAX_ERRORS }): WireError {
  if (!isError(error)) return { thrown: 'value', value: cloneable(error) };
  budget.left--;
  const properties: { [name: string]: unknown } = {};
  for (const key of ownKeys(error)) {
    if (!SPECIAL.has(key)) properties[key] = cloneable(read(error, key));
  }
  const stack = read(error, 'stack');
  // DOMException's code is a number on the prototype.
  const code = read(error, 'code');
  if (code !== undefined && properties.code === undefined) properties.code = cloneable(code);
  const cause = read(error, 'cause');
  const errors = read(error, 'errors');
  const isNested = depth < MAX_DEPTH && budget.left > 0;
  return {
    thrown: 'error',
    name: nameOf(error),
    message: text(read(error, 'message')),
    stack: typeof stack === 'string' ? stack : undefined,
    properties,
    cause: isNested && cause !== undefined ? describeError(cause, depth + 1, budget) : undefined,
    errors:
      isNested && Array.isArray(errors)
        ? errors.slice(0, Math.max(1, budget.left)).map((inner) => describeError(inner, depth + 1, budget))
        : undefined,
  };
}

/** What travels by other ways than as a property. */
const SPECIAL = new Set(['name', 'message', 'stack', 'cause', 'errors']);

/** Errors of any realm, and what is no native one but made to be thrown: DOMException, classes of the old style. */
const isError = (value: unknown): value is object => {
  if (types.isNativeError(value)) return true;
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
};

/** The error's `name`; that of its class where nobody has set one. */
function nameOf(error: object): string {
  const name = text(read(error, 'name')) || 'Error';
  const ErrorClass = read(error, 'constructor');
  const className = typeof ErrorClass === 'function' ? text(read(ErrorClass, 'name')) : '';
  return name === 'Error' && className !== '' ? className : name;
}

function ownKeys(error: object): string[] {
  try {
    return Object.keys(error);
  } catch {
    return [];
  }
}

/** A property, whatever stands in the way: getters can throw. */
function read(value: object, key: string): unknown {
  try {
    return (value as { readonly [key: string]: unknown })[key];
  } catch (error) {
    return `[${key} cannot be read: ${text(error)}]`;
  }
}

/** The value itself where it can be sent, else its text. */
function cloneable(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return text(value);
  }
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return inspect(value, { depth: 1 });
  } catch {
    return '[no text]';
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
  const ErrorClass = (Object.hasOwn(errorClasses, name) ? errorClasses[name] : undefined) ?? Error;
  const error = errors
    ? new AggregateError(errors.map(reviveError), message, options)
    : new ErrorClass(message, options);
  if (error.name !== name) define(error, 'name', name);
  define(error, 'stack', stack);
  for (const [key, value] of Object.entries(properties)) {
    Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: true });
  }
  return error;
}

const define = (error: Error, key: string, value: unknown): void =>
  void Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: false });
