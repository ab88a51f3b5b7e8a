/** The key in a field's metadata that says which JavaScript kind its values had, where the Arrow type does not tell. */
export const JS_KIND = 'apply-parallel.js';

type Kind = 'number' | 'bigint' | 'boolean' | 'string' | 'Date' | 'Uint8Array' | 'array' | 'object';

export const kindsAllowed =
  'numbers, bigints, booleans, strings, Dates, Uint8Arrays, arrays, typed arrays or plain objects';

/** What a value counts as in a column; undefined: no column holds it. */
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

/** The word for it in messages. */
export function nameOfKind(value: unknown): string {
  const kind = kindOf(value);
  if (kind) return kind;
  if (typeof value !== 'object' || value === null) return typeof value;
  return `${Object.getPrototypeOf(value)?.constructor?.name || 'unknown'} object`;
}

/** An object literal, of any realm: its prototype is none, or one that has none. */
export function isPlainObject(value: unknown): value is { [name: string]: unknown } {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return (
    prototype === null ||
    prototype === Object.prototype ||
    (Object.getPrototypeOf(prototype) === null && Object.prototype.toString.call(value) === '[object Object]')
  );
}

/** The name under which built-in classes, and those of apache-arrow, go in any realm and copy. */
export const tagOf = (value: unknown): unknown =>
  (value as { [Symbol.toStringTag]?: unknown })?.[Symbol.toStringTag];

export const isDate = (value: unknown): value is Date =>
  value instanceof Date || Object.prototype.toString.call(value) === '[object Date]';

/** A Uint8Array of any realm, and so a Buffer. */
export const isBytes = (value: unknown): value is Uint8Array =>
  ArrayBuffer.isView(value) && tagOf(value) === 'Uint8Array';

/** What apache-arrow gives for a struct: a proxy that reads the table on every access. */
export const isArrowRow = (value: unknown): value is { toJSON(): { [name: string]: unknown } } =>
  tagOf(value) === 'Row' && typeof (value as { toJSON?: unknown }).toJSON === 'function';

/** What apache-arrow gives for a list. */
export const isArrowVector = (value: unknown): value is { toArray(): ArrayLike<unknown> } => {
  const tag = tagOf(value);
  return (
    typeof tag === 'string' &&
    tag.includes('Vector<') &&
    typeof (value as { toArray?: unknown }).toArray === 'function'
  );
};
