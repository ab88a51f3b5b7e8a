import { type Data, type Field, List, Struct } from 'apache-arrow';
import {
  columnsFromObjects,
  dataOf,
  isArrowRow,
  isArrowVector,
  kindOf,
  type NumericType,
  numericTypes,
  tagOf,
  ValidityBuilder,
  vectorElements,
} from '../../arrow/index.js';
import { type InferContext, isMissing } from './context.js';
import { mixedKindsError } from './errors.js';
import { fieldOf, type Infer, type InferredColumn } from './inferred-column.js';
import { likeElements, likeMember } from './likeness.js';
import { checkTotal, nextDepth } from './limits.js';

/**
 * Returns a List column of arrays, typed arrays or vectors; typed arrays of one class keep their element
 * type.
 */
export function listColumn(
  values: ArrayLike<unknown>,
  first: number,
  context: InferContext,
  infer: Infer,
): InferredColumn {
  const n = values.length;
  const offsets = new Int32Array(n + 1);
  const validity = new ValidityBuilder(n);
  const rows = new Array<ArrayLike<unknown> | null>(n);
  let total = 0;
  // The class of typed array that all rows so far share; undefined once they differ.
  let tag: unknown = tagOf(values[first]);
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (isMissing(value, context)) {
      validity.setNull(i);
      rows[i] = null;
    } else if (kindOf(value) === 'array') {
      rows[i] = isArrowVector(value) ? vectorElements(value) : (value as ArrayLike<unknown>);
      total += (rows[i] as ArrayLike<unknown>).length;
      if (tagOf(value) !== tag) tag = undefined;
    } else throw mixedKindsError(values, first, i, context);
    offsets[i + 1] = total;
  }
  checkTotal(total, context);
  const typed = typeof tag === 'string' ? numericTypes[tag] : undefined;
  const inner = typed
    ? { data: typedElements(rows, offsets, typed) }
    : infer(flat(rows, offsets), {
        ...context,
        name: `${context.name}[]`,
        nanIsMissing: false,
        like: likeElements(context.like),
        depth: nextDepth(context),
        row: (i) => context.row(rowOfElement(offsets, i)),
      });
  const type = new List(fieldOf('item', inner));
  const buffers = { offsets, validity: validity.bitmap };
  const data = dataOf(type, n, validity.nulls, buffers, { children: [inner.data] });
  return typed ? { data, kind: 'TypedArray' } : { data };
}

/** Returns the elements of all rows in one array. */
function flat(rows: readonly (ArrayLike<unknown> | null)[], offsets: Int32Array): unknown[] {
  const out = new Array(offsets[rows.length]);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (row) for (let k = 0, at = offsets[i]; k < row.length; k++) out[at + k] = row[k];
  }
  return out;
}

/** Copies the elements of all rows into one typed array. */
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

/** Returns the row whose list holds an element, by binary search. */
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

/** Returns a Struct column of plain objects: all members that any of them has, null where one lacks it. */
export function structData(
  values: ArrayLike<unknown>,
  first: number,
  context: InferContext,
  infer: Infer,
): Data {
  const n = values.length;
  const validity = new ValidityBuilder(n);
  const objects = new Array<object | null>(n);
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (isMissing(value, context)) {
      validity.setNull(i);
      objects[i] = null;
    } else if (kindOf(value) === 'object')
      objects[i] = isArrowRow(value) ? value.toJSON() : (value as object);
    else throw mixedKindsError(values, first, i, context);
  }
  const depth = nextDepth(context);
  const children: Data[] = [];
  const fields: Field[] = [];
  for (const [key, member] of columnsFromObjects(objects)) {
    const inner = infer(member, {
      ...context,
      name: `${context.name}.${key}`,
      nanIsMissing: false,
      like: likeMember(context.like, key),
      depth,
    });
    fields.push(fieldOf(key, inner));
    children.push(inner.data);
  }
  return dataOf(new Struct(fields), n, validity.nulls, { validity: validity.bitmap }, { children });
}
