/** Classes of errors that the language has. Newer versions of Node add SuppressedError. */
export const ERROR_CLASSES: readonly string[] = [
  'Error',
  'AggregateError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'SuppressedError',
];

/** Properties that hold other errors, or whatever was thrown. Constructors set them, not enumerable. */
export const NESTED = ['cause', 'errors', 'error', 'suppressed'] as const;

/**
 * The parts of an error that structured clone loses: it keeps the message, the stack and, for some classes,
 * the prototype.
 */
export interface ErrorRecord {
  /** One of {@link ERROR_CLASSES}. */
  readonly class: string;
  /** Own enumerable properties. */
  readonly visible: { readonly [name: string]: unknown };
  /** Own properties that are not enumerable. */
  readonly hidden: { readonly [name: string]: unknown };
}

const classOf = (error: object): string => (Object.getPrototypeOf(error) as Error).constructor.name;

/** Takes an error of a class of the language apart. The parts are the error's own values, not copies. */
export function recordOf(error: Error): ErrorRecord {
  const visible = Object.entries(error).filter(([key]) => key !== 'message' && key !== 'stack');
  const hidden = NESTED.filter(
    (key) => Object.hasOwn(error, key) && !Object.prototype.propertyIsEnumerable.call(error, key),
  ).map((key) => [key, Reflect.get(error, key)]);
  return {
    class: classOf(error),
    visible: Object.fromEntries(visible),
    hidden: Object.fromEntries(hidden),
  };
}

/** Returns whether the record has anything that structured clone does not keep by itself. */
export const hasParts = ({ visible, hidden }: ErrorRecord): boolean =>
  Object.keys(visible).length + Object.keys(hidden).length > 0;

/** Returns a new Error with the message and the stack of this one and nothing else. */
export function bareError(error: Error): Error {
  const bare = new Error();
  define(bare, { stack: error.stack }, false);
  if (Object.hasOwn(error, 'message')) define(bare, { message: String(error.message) }, false);
  return bare;
}

/** Gives an error the class and the properties of the record. */
export function putRecord(error: Error, record: ErrorRecord): void {
  const known = ERROR_CLASSES.includes(record.class) ? Reflect.get(globalThis, record.class) : undefined;
  Object.setPrototypeOf(error, ((known ?? Error) as ErrorConstructor).prototype);
  define(error, record.visible, true);
  define(error, record.hidden, false);
}

/** Defines, since assigning to `__proto__` would change the prototype. */
function define(error: Error, values: ErrorRecord['visible'], enumerable: boolean): void {
  for (const [key, value] of Object.entries(values)) {
    Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
  }
}
