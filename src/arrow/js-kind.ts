/**
 * The key in a field's metadata for the JavaScript kind of its values, which the Arrow type alone does not
 * tell.
 */
export const JS_KIND = 'apply-parallel.js';

type Kind = 'number' | 'bigint' | 'boolean' | 'string' | 'Date' | 'Uint8Array' | 'array' | 'object';

export const kindsAllowed =
  'numbers, bigints, booleans, strings, Dates, Uint8Arrays, arrays, typed arrays or plain objects';

/** Returns the kind of a value in a column; undefined for a value that no column can hold. */
export function kindOf(value: unknown): Kind | undefined {
  switch (typeof value) {
    case 'number':
    case 'bigint':
    case 'boolean':
    case 'string':
      return typeof value as Kind;
    case 'object':
      if (Array.isArray(value)) return 'array';
      if (isPlainObject(value) || isArrowRow(value)) return 'object';
      if (isDate(value)) return 'Date';
      if (isBytes(value)) return 'Uint8Array';
      if (ArrayBuffer.isView(value) ? !(value instanceof DataView) : isArrowVector(value)) return 'array';
  }
  return undefined;
}

/** Returns the word for the kind of a value in messages. */
export function nameOfKind(value: unknown): string {
  const kind = kindOf(value);
  if (kind) return kind;
  if (typeof value !== 'object' || value === null) return typeof value;
  return `${Object.getPrototypeOf(value)?.constructor?.name || 'unknown'} object`;
}

/**
 * Tells whether a value is an object literal of any realm: it has no prototype, or a prototype that has none.
 */
export function isPlainObject(value: unknown): value is { [name: string]: unknown } {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return (
    prototype === null ||
    prototype === Object.prototype ||
    (Object.getPrototypeOf(prototype) === null && Object.prototype.toString.call(value) === '[object Object]')
  );
}

/** Returns the tag of a value, which built-in and apache-arrow classes have in every realm and every copy. */
export const tagOf = (value: unknown): unknown =>
  (value as { [Symbol.toStringTag]?: unknown })?.[Symbol.toStringTag];

export const isDate = (value: unknown): value is Date =>
  value instanceof Date || Object.prototype.toString.call(value) === '[object Date]';

/** Tells whether a value is a Uint8Array of any realm; a Buffer is one. */
export const isBytes = (value: unknown): value is Uint8Array =>
  ArrayBuffer.isView(value) && tagOf(value) === 'Uint8Array';

/** Tells whether a value is a row of apache-arrow, a proxy that reads the table on every access. */
export const isArrowRow = (value: unknown): value is { toJSON(): { [name: string]: unknown } } =>
  tagOf(value) === 'Row' && typeof (value as { toJSON?: unknown }).toJSON === 'function';

/** Tells whether a value is a vector of apache-arrow, which it gives for a list. */
export const isArrowVector = (value: unknown): value is { toArray(): ArrayLike<unknown> } => {
  const tag = tagOf(value);
  return (
    typeof tag === 'string' &&
    tag.includes('Vector<') &&
    typeof (value as { toArray?: unknown }).toArray === 'function'
  );
};
