import { inspect, types } from 'node:util';
import { ERROR_CLASSES, type ErrorRecord, NESTED, putRecord } from './error-record.js';
import { toThisRealm } from './realm.js';

/** A thrown value in a form that structured clone carries to another thread. */
export type WireError =
  | { readonly thrown: 'value'; readonly value: unknown }
  | {
      readonly thrown: 'error';
      /** The class of the language that it is or extends. */
      readonly class: string;
      readonly name: string;
      readonly message: string;
      readonly stack?: string;
      /** Own enumerable properties, and the code. */
      readonly properties: ErrorRecord['visible'];
      /** The cause, the errors of an AggregateError, and the two of a SuppressedError. */
      readonly nested: { readonly [name: string]: WireError | readonly WireError[] };
    };

/** Causes can form cycles: no deeper nesting, and no more errors in all, are described. */
const MAX_DEPTH = 8;
const MAX_ERRORS = 100;

/** Describes whatever was thrown. Never throws itself: what cannot be read or cloned becomes text. */
export function describeError(error: unknown, depth = 0, budget = { left: MAX_ERRORS }): WireError {
  if (!isError(error)) return { thrown: 'value', value: cloneable(error) };
  budget.left--;
  const properties: { [name: string]: unknown } = {};
  for (const key of ownKeys(error)) {
    if (!SPECIAL.has(key)) properties[key] = cloneable(read(error, key));
  }
  const stack = read(error, 'stack');
  // The code of a DOMException is a getter of its prototype.
  const code = read(error, 'code');
  if (code !== undefined && properties.code === undefined) properties.code = cloneable(code);
  const className = languageClassOf(error);
  return {
    thrown: 'error',
    class: className,
    name: nameOf(error),
    message: text(read(error, 'message')),
    stack: typeof stack === 'string' ? stack : undefined,
    properties,
    nested: depth < MAX_DEPTH && budget.left > 0 ? describeNested(error, className, depth + 1, budget) : {},
  };
}

/** Properties with fields of their own in a {@link WireError}. */
const SPECIAL = new Set(['name', 'message', 'stack', 'cause', 'errors']);

function describeNested(
  error: object,
  className: string,
  depth: number,
  budget: { left: number },
): { [name: string]: WireError | WireError[] } {
  const nested: { [name: string]: WireError | WireError[] } = {};
  for (const key of className === 'SuppressedError' ? NESTED : (['cause', 'errors'] as const)) {
    const value = read(error, key);
    if (key === 'errors') {
      if (!Array.isArray(value)) continue;
      const first = value.slice(0, Math.max(1, budget.left));
      nested.errors = first.map((each) => describeError(each, depth, budget));
    } else if (value !== undefined) {
      nested[key] = describeError(value, depth, budget);
    }
  }
  return nested;
}

/**
 * Native errors of any realm, and objects that inherit from Error: DOMExceptions, and classes made with
 * functions.
 */
const isError = (value: unknown): value is object => {
  if (types.isNativeError(value)) return true;
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
};

/** Returns the error's `name`, or the name of its class where nobody has set one. */
function nameOf(error: object): string {
  const name = text(read(error, 'name')) || 'Error';
  const className = classNameOf(error);
  return name === 'Error' && className !== '' ? className : name;
}

/** Returns the first class of the language among the error's own and those that it extends. */
function languageClassOf(error: object): string {
  try {
    for (let proto = Object.getPrototypeOf(error); proto !== null; proto = Object.getPrototypeOf(proto)) {
      const className = classNameOf(proto);
      if (ERROR_CLASSES.includes(className)) return className;
    }
  } catch {
    // A Proxy on the chain throws.
  }
  return 'Error';
}

function classNameOf(value: object): string {
  const ErrorClass = read(value, 'constructor');
  return typeof ErrorClass === 'function' ? text(read(ErrorClass, 'name')) : '';
}

function ownKeys(error: object): string[] {
  try {
    return Object.keys(error);
  } catch {
    return [];
  }
}

/** Reads a property. Where a getter throws, text says so. */
function read(value: object, key: string): unknown {
  try {
    return (value as { readonly [key: string]: unknown })[key];
  } catch (error) {
    return `[${key} cannot be read: ${text(error)}]`;
  }
}

/** Returns the value itself where it can be sent, else its text. */
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

/** Makes the thrown value again. */
export function reviveError(wire: WireError): unknown {
  if (wire.thrown === 'value') return toThisRealm(wire.value);
  const error = new Error(wire.message);
  const hidden: { [name: string]: unknown } = { stack: wire.stack };
  if (wire.name !== wire.class) hidden.name = wire.name;
  for (const [key, value] of Object.entries(wire.nested)) {
    hidden[key] = isList(value) ? value.map(reviveError) : reviveError(value);
  }
  putRecord(error, { class: wire.class, visible: toThisRealm(wire.properties), hidden });
  return error;
}

const isList = (value: WireError | readonly WireError[]): value is readonly WireError[] =>
  Array.isArray(value);
