/*
 * Structured clone keeps of an error its message and stack, and a cause as plain data. The rest travels beside it: its class, its cause
 * and what it aggregates, and properties of its own, such as `code`.
 */

/** An error and what is put on it again. */
export interface ErrorRecord {
  readonly error: Error;
  readonly class: string;
  /** Own enumerable properties. */
  readonly visible: { readonly [name: string]: unknown };
  /** Those that constructors make, and that do not show. */
  readonly hidden: { readonly [name: string]: unknown };
}

const CLASSES: readonly string[] = [
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'AggregateError',
  'SuppressedError', // of newer versions of Node
];
const MADE = ['cause', 'errors', 'error', 'suppressed'];

const classOf = (error: object): string => (Object.getPrototypeOf(error) as Error).constructor.name;

export const isKnownError = (error: object): boolean => CLASSES.includes(classOf(error));

export function recordOf(error: Error): ErrorRecord {
  const visible = Object.entries(error).filter(([key]) => key !== 'message' && key !== 'stack');
  const hidden = MADE.filter(
    (key) => Object.hasOwn(error, key) && !Object.prototype.propertyIsEnumerable.call(error, key),
  ).map((key) => [key, Reflect.get(error, key)]);
  return {
    error,
    class: classOf(error),
    visible: Object.fromEntries(visible),
    hidden: Object.fromEntries(hidden),
  };
}

/** Is there anything that structured clone does not keep by itself? */
export const hasMore = ({ visible, hidden }: ErrorRecord): boolean =>
  Object.keys(visible).length + Object.keys(hidden).length > 0;

/** The error with its message and stack alone. */
export function shellOf(error: Error): Error {
  const shell = new Error();
  const define = (key: string, value: unknown) =>
    Object.defineProperty(shell, key, { value, writable: true, enumerable: false, configurable: true });
  define('stack', error.stack);
  if (Object.hasOwn(error, 'message')) define('message', String(error.message));
  return shell;
}

export function reviveError({ error, class: name, visible, hidden }: ErrorRecord): void {
  const known = CLASSES.includes(name)
    ? (Reflect.get(globalThis, name) as ErrorConstructor | undefined)
    : Error;
  Object.setPrototypeOf(error, (known ?? Error).prototype);
  for (const [values, enumerable] of [
    [visible, true],
    [hidden, false],
  ] as const) {
    for (const [key, value] of Object.entries(values))
      Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
  }
}
