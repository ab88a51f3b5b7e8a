import { inspect } from 'node:util';
import {
  Binary,
  Bool,
  type Data,
  type DataType,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  Null,
  Struct,
  TimestampMillisecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from 'apache-arrow';
import { ApplyError, type ErrorCode } from '../errors.js';
import { bitmapBytes, fillBits } from './bits.js';
import { dataOf } from './layout.js';

/** The key in a field's metadata that says which JavaScript kind its values had, where the Arrow type does not tell. */
export const JS_KIND = 'apply-parallel.js';

/** A column made from values, with what its field has to say beside the type. */
export interface Inferred {
  readonly data: Data;
  /** `Date` for timestamps made of Dates, `bigint` for bigints, `TypedArray` for lists made of typed arrays. */
  readonly kind?: 'Date' | 'bigint' | 'TypedArray';
}

export interface InferOptions {
  /** @default 'ERR_BAD_RESULT' */
  code?: ErrorCode;
  /** NaN counts as missing in a column that is not of numbers, as danfojs has it. @default false */
  nanIsMissing?: boolean;
}

interface Context {
  readonly name: string;
  readonly code: ErrorCode;
  readonly nanIsMissing: boolean;
  readonly depth: number;
  /** The row of the whole column in which value `i` lies. */
  readonly row: (i: number) => number;
}

type Kind = 'number' | 'bigint' | 'boolean' | 'string' | 'Date' | 'Uint8Array' | 'array' | 'object';

const kindsAllowed =
  'numbers, bigints, booleans, strings, Dates, Uint8Arrays, arrays, typed arrays or plain objects';
const maxDepth = 64;

/**
 * The values as one Arrow column, its type inferred from all of them: see {@link inferColumn}. A numeric typed array becomes a
 * column over its own memory.
 */
export function columnFromValues(
  values: ArrayLike<unknown>,
  name: string,
  code: ErrorCode = 'ERR_BAD_RESULT',
): Data {
  return inferColumn(values, name, { code }).data;
}

/**
 * number: Float64, bigint: Int64 (Uint64 where needed), boolean: Bool, string: Utf8, Date: Timestamp in milliseconds, Uint8Array:
 * Binary, array and typed array: List, plain object: Struct of all members seen. null and undefined are null, and so is an
 * invalid Date; NaN stays NaN. Nothing but nulls: the Null type. Two kinds in one column are an error.
 */
export function inferColumn(
  values: ArrayLike<unknown>,
  name: string,
  { code = 'ERR_BAD_RESULT', nanIsMissing = false }: InferOptions = {},
): Inferred {
  const view = numericView(values);
  if (view) return { data: dataOf(view.type, values.length, 0, { values: view.array }) };
  return infer(values, { name, code, nanIsMissing, depth: 0, row: (i) => i });
}

function infer(values: ArrayLike<unknown>, context: Context): Inferred {
  const first = firstValue(values, context);
  if (first < 0) return { data: dataOf(new Null(), values.length, values.length, {}) };
  const kind = kindOf(values[first]);
  switch (kind) {
    case 'number':
      return { data: numbers(values, first, context) };
    case 'bigint':
      return { data: bigints(values, first, context), kind: 'bigint' };
    case 'boolean':
      return { data: booleans(values, first, context) };
    case 'string':
      return { data: strings(values, first, context) };
    case 'Date':
      return { data: dates(values, first, context), kind: 'Date' };
    case 'Uint8Array':
      return { data: binary(values, first, context) };
    case 'array':
      return lists(values, first, context);
    case 'object':
      return { data: structs(values, first, context) };
    default:
      throw unknownKind(values[first], first, context);
  }
}

/** The field for an inferred column; nested ones carry their kind as the outer ones do. */
export function fieldOf(name: string, { data, kind }: Inferred): Field {
  return new Field(name, data.type, true, kind && new Map([[JS_KIND, kind]]));
}

/** The first row that says what kind the column is; -1: none does. */
function firstValue(values: ArrayLike<unknown>, { nanIsMissing }: Context): number {
  let nan = -1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null || value === undefined) continue;
    // biome-ignore lint/suspicious/noSelfCompare: true for NaN alone, and for any type
    if (!nanIsMissing || value === value) return i;
    if (nan < 0) nan = i;
  }
  return nan;
}

function kindOf(value: unknown): Kind | undefined {
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

const tagOf = (value: unknown): unknown =>
  (value as { [Symbol.toStringTag]?: unknown })?.[Symbol.toStringTag];

const isDate = (value: unknown): value is Date =>
  value instanceof Date || Object.prototype.toString.call(value) === '[object Date]';

/** A Uint8Array of any realm, and so a Buffer. */
const isBytes = (value: unknown): value is Uint8Array =>
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

function isMissing(value: unknown, context: Context): boolean {
  return (
    value === null ||
    value === undefined ||
    (context.nanIsMissing && typeof value === 'number' && Number.isNaN(value))
  );
}

/** Which rows hold a value; the bitmap exists from the first null on. */
class Validity {
  bitmap: Uint8Array | undefined;
  nulls = 0;

  constructor(readonly length: number) {}

  setNull(i: number): void {
    if (this.bitmap === undefined) {
      this.bitmap = new Uint8Array(bitmapBytes(this.length));
      fillBits(this.bitmap, 0, this.length);
    }
    this.bitmap[i >>> 3] &= ~(1 << (i & 7));
    this.nulls++;
  }
}

function numbers(values: ArrayLike<unknown>, first: number, context: Context): Data {
  const n = values.length;
  const out = new Float64Array(n);
  const validity = new Validity(n);
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (typeof value === 'number') out[i] = value;
    else if (value === null || value === undefined) validity.setNull(i);
    else throw mixed(values, first, i, context);
  }
  return dataOf(new Float64(), n, validity.nulls, { values: out, validity: validity.bitmap });
}

const maxInt64 = 2n ** 63n - 1n;
const minInt64 = -(2n ** 63n);
const maxUint64 = 2n ** 64n - 1n;

function bigints(values: ArrayLike<unknown>, first: number, context: Context): Data {
  const n = values.length;
  const out = new BigInt64Array(n);
  const validity = new Validity(n);
  let aboveInt64 = -1;
  let negative = -1;
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (typeof value === 'bigint') {
      // Wraps past 2^63: the same 64 bits that a Uint64 has for the value.
      out[i] = value;
      if (value < 0n) negative = i;
      if (value > maxInt64) aboveInt64 = i;
      if (value < minInt64 || value > maxUint64) throw outOfRange(value, i, context);
    } else if (isMissing(value, context)) validity.setNull(i);
    else throw mixed(values, first, i, context);
  }
  if (aboveInt64 >= 0 && negative >= 0) throw outOfRange(values[aboveInt64], aboveInt64, context, negative);
  const buffers = {
    values: aboveInt64 < 0 ? out : new BigUint64Array(out.buffer),
    validity: validity.bitmap,
  };
  return dataOf(aboveInt64 < 0 ? new Int64() : new Uint64(), n, validity.nulls, buffers);
}

function booleans(values: ArrayLike<unknown>, first: number, context: Context): Data {
  const n = values.length;
  const out = new Uint8Array(bitmapBytes(n));
  const validity = new Validity(n);
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (value === true) out[i >>> 3] |= 1 << (i & 7);
    else if (value === false) continue;
    else if (isMissing(value, context)) validity.setNull(i);
    else throw mixed(values, first, i, context);
  }
  return dataOf(new Bool(), n, validity.nulls, { values: out, validity: validity.bitmap });
}

function dates(values: ArrayLike<unknown>, first: number, context: Context): Data {
  const n = values.length;
  const out = new BigInt64Array(n);
  // Two 32-bit halves: no bigint is made per row.
  const words = new Int32Array(out.buffer);
  const validity = new Validity(n);
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (isDate(value)) {
      const ms = value.getTime();
      if (Number.isNaN(ms)) validity.setNull(i);
      else {
        words[2 * i] = ms | 0;
        words[2 * i + 1] = Math.floor(ms / 2 ** 32);
      }
    } else if (isMissing(value, context)) validity.setNull(i);
    else throw mixed(values, first, i, context);
  }
  return dataOf(new TimestampMillisecond(), n, validity.nulls, { values: out, validity: validity.bitmap });
}

const utf8 = new TextEncoder();
/** Up to this length a loop over the characters beats the call into the encoder. */
const shortString = 48;

function strings(values: ArrayLike<unknown>, first: number, context: Context): Data {
  const n = values.length;
  const offsets = new Int32Array(n + 1);
  const validity = new Validity(n);
  let rest = 0;
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (typeof value === 'string') rest += value.length;
    else if (isMissing(value, context)) validity.setNull(i);
    else throw mixed(values, first, i, context);
  }
  // Holds all that is left if it is ASCII; any other string makes sure of room for itself first.
  let bytes = new Uint8Array(checkBytes(rest, context));
  let at = 0;
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (typeof value === 'string') {
      const length = value.length;
      rest -= length;
      let k = 0;
      if (length <= shortString) {
        for (; k < length; k++) {
          const c = value.charCodeAt(k);
          if (c > 0x7f) break;
          bytes[at + k] = c;
        }
      }
      if (k === length) at += length;
      else {
        if (at + length * 3 + rest > bytes.length) {
          bytes = grown(bytes, checkBytes(Math.ceil((at + length * 3 + rest) * 1.25), context));
        }
        at += utf8.encodeInto(value, bytes.subarray(at)).written;
      }
    }
    offsets[i + 1] = at;
  }
  const used = bytes.length > at * 1.25 + 64 ? bytes.slice(0, at) : bytes.subarray(0, at);
  return dataOf(new Utf8(), n, validity.nulls, { offsets, values: used, validity: validity.bitmap });
}

function binary(values: ArrayLike<unknown>, first: number, context: Context): Data {
  const n = values.length;
  const offsets = new Int32Array(n + 1);
  const validity = new Validity(n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (isBytes(value)) total += value.length;
    else if (isMissing(value, context)) validity.setNull(i);
    else throw mixed(values, first, i, context);
    offsets[i + 1] = total;
  }
  const bytes = new Uint8Array(checkBytes(total, context));
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (isBytes(value)) bytes.set(value, offsets[i]);
  }
  return dataOf(new Binary(), n, validity.nulls, { offsets, values: bytes, validity: validity.bitmap });
}

function lists(values: ArrayLike<unknown>, first: number, context: Context): Inferred {
  const n = values.length;
  const offsets = new Int32Array(n + 1);
  const validity = new Validity(n);
  const rows = new Array<ArrayLike<unknown> | null>(n);
  let total = 0;
  /** The tag all rows share, as long as they do. */
  let tag: unknown = tagOf(values[first]);
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (isMissing(value, context)) {
      validity.setNull(i);
      rows[i] = null;
    } else if (kindOf(value) === 'array') {
      rows[i] = isArrowVector(value) ? value.toArray() : (value as ArrayLike<unknown>);
      total += (rows[i] as ArrayLike<unknown>).length;
      if (tagOf(value) !== tag) tag = undefined;
    } else throw mixed(values, first, i, context);
    offsets[i + 1] = total;
  }
  checkBytes(total, context);
  const typed = typeof tag === 'string' ? numericTypes[tag] : undefined;
  const inner = typed
    ? { data: typedElements(rows, offsets, typed) }
    : infer(flat(rows, offsets), {
        ...context,
        name: `${context.name}[]`,
        nanIsMissing: false,
        depth: deeper(context),
        row: (i) => context.row(rowOfElement(offsets, i)),
      });
  const type = new List(fieldOf('item', inner));
  const buffers = { offsets, validity: validity.bitmap };
  const data = dataOf(type, n, validity.nulls, buffers, { children: [inner.data] });
  return typed ? { data, kind: 'TypedArray' } : { data };
}

function flat(rows: readonly (ArrayLike<unknown> | null)[], offsets: Int32Array): unknown[] {
  const out = new Array(offsets[rows.length]);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (row) for (let k = 0, at = offsets[i]; k < row.length; k++) out[at + k] = row[k];
  }
  return out;
}

function typedElements(
  rows: readonly (ArrayLike<unknown> | null)[],
  offsets: Int32Array,
  { type, ArrayType }: NumericType,
): Data {
  const out = new ArrayType(offsets[rows.length]);
  for (let i = 0; i < rows.length; i++) {
    if (rows[i]) out.set(rows[i] as never, offsets[i]);
  }
  return dataOf(type(), out.length, 0, { values: out });
}

function rowOfElement(offsets: Int32Array, element: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (offsets[middle + 1] > element) high = middle;
    else low = middle + 1;
  }
  return low;
}

function structs(values: ArrayLike<unknown>, first: number, context: Context): Data {
  const n = values.length;
  const validity = new Validity(n);
  const objects = new Array<object | null>(n);
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (isMissing(value, context)) {
      validity.setNull(i);
      objects[i] = null;
    } else if (kindOf(value) === 'object')
      objects[i] = isArrowRow(value) ? value.toJSON() : (value as object);
    else throw mixed(values, first, i, context);
  }
  const depth = deeper(context);
  const children: Data[] = [];
  const fields: Field[] = [];
  for (const [key, member] of membersOf(objects)) {
    const inner = infer(member, { ...context, name: `${context.name}.${key}`, nanIsMissing: false, depth });
    fields.push(fieldOf(key, inner));
    children.push(inner.data);
  }
  return dataOf(new Struct(fields), n, validity.nulls, { validity: validity.bitmap }, { children });
}

/** Every member of the objects as an array over all of them, in order of first appearance; undefined where an object lacks it. */
export function membersOf(objects: readonly (object | null)[]): [name: string, values: unknown[]][] {
  const names: string[] = [];
  const columns: unknown[][] = [];
  const positions = new Map<string, number>();
  const n = objects.length;
  for (let i = 0; i < n; i++) {
    const object = objects[i] as { [name: string]: unknown } | null;
    let j = 0;
    // `object[name]` under for-in reads the property by its position in the shape: several times faster than by name.
    for (const name in object) {
      if (names[j] !== name) {
        const position = positions.get(name);
        if (position === undefined) {
          j = names.push(name) - 1;
          columns.push(new Array(n));
          positions.set(name, j);
        } else j = position;
      }
      columns[j][i] = object[name];
      j++;
    }
  }
  return names.map((name, j) => [name, columns[j]]);
}

interface NumericType {
  readonly type: () => DataType;
  readonly ArrayType: new (
    length: number,
  ) => ArrayLike<unknown> & ArrayBufferView & { set(v: never, at: number): void };
}

const numericTypes: { [tag: string]: NumericType | undefined } = {
  Int8Array: { type: () => new Int8(), ArrayType: Int8Array },
  Int16Array: { type: () => new Int16(), ArrayType: Int16Array },
  Int32Array: { type: () => new Int32(), ArrayType: Int32Array },
  Uint8Array: { type: () => new Uint8(), ArrayType: Uint8Array },
  Uint16Array: { type: () => new Uint16(), ArrayType: Uint16Array },
  Uint32Array: { type: () => new Uint32(), ArrayType: Uint32Array },
  Float32Array: { type: () => new Float32(), ArrayType: Float32Array },
  Float64Array: { type: () => new Float64(), ArrayType: Float64Array },
  BigInt64Array: { type: () => new Int64(), ArrayType: BigInt64Array },
  BigUint64Array: { type: () => new Uint64(), ArrayType: BigUint64Array },
};

function numericView(values: ArrayLike<unknown>): { type: DataType; array: ArrayBufferView } | undefined {
  if (!ArrayBuffer.isView(values)) return undefined;
  const known = numericTypes[String(tagOf(values))];
  return known && { type: known.type(), array: values };
}

function grown(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(bytes);
  return larger;
}

/** Arrow's 32-bit offsets count up to here. */
function checkBytes(total: number, { name, code }: Context): number {
  if (total <= 0x7fffffff) return total;
  throw new ApplyError(
    code,
    `column ${quote(name)} is too large: it takes ${total} bytes or elements, of at most 2^31-1`,
  );
}

function deeper({ depth, name, code }: Context): number {
  if (depth < maxDepth) return depth + 1;
  throw new ApplyError(
    code,
    `column ${quote(name.split('.')[0])} nests more than ${maxDepth} levels deep: a circular object?`,
  );
}

const quote = (name: string): string => JSON.stringify(name);

function show(value: unknown): string {
  const text = inspect(value, {
    depth: 0,
    breakLength: Number.POSITIVE_INFINITY,
    maxStringLength: 40,
    maxArrayLength: 3,
  });
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function nameOfKind(value: unknown): string {
  const kind = kindOf(value);
  if (kind) return kind;
  if (typeof value !== 'object' || value === null) return typeof value;
  return `${Object.getPrototypeOf(value)?.constructor?.name || 'unknown'} object`;
}

function mixed(values: ArrayLike<unknown>, first: number, i: number, context: Context): ApplyError {
  if (kindOf(values[i]) === undefined) return unknownKind(values[i], i, context);
  const [a, b] = [nameOfKind(values[first]), nameOfKind(values[i])];
  const numeric = new Set([a, b]);
  const hint =
    numeric.has('bigint') && numeric.has('number')
      ? 'make all of them numbers with Number(value), or all of them bigints with BigInt(value)'
      : 'a column holds values of one kind; use null for a missing one';
  return new ApplyError(
    context.code,
    `column ${quote(context.name)} mixes ${a} (row ${context.row(first)}: ${show(values[first])}) with ` +
      `${b} (row ${context.row(i)}: ${show(values[i])}): ${hint}`,
  );
}

function unknownKind(value: unknown, i: number, context: Context): ApplyError {
  return new ApplyError(
    context.code,
    `column ${quote(context.name)} holds a ${nameOfKind(value)} (row ${context.row(i)}: ${show(value)}); a column holds ${kindsAllowed}`,
  );
}

function outOfRange(value: unknown, i: number, context: Context, negative = -1): ApplyError {
  const rule =
    negative < 0
      ? 'does not fit into 64 bits'
      : `needs an unsigned 64-bit column, but row ${context.row(negative)} is negative`;
  return new ApplyError(
    context.code,
    `column ${quote(context.name)}: the bigint ${show(value)} in row ${context.row(i)} ${rule}; write such values as strings`,
  );
}
