import { type Data, type Field, Union, UnionMode } from 'apache-arrow';
import { dataOf } from '../../arrow/index.js';
import { accepts, isReadAs } from './accepts.js';
import { type InferContext, isMissing } from './context.js';
import { fieldOf, type Infer, type InferredColumn } from './inferred-column.js';
import { likeness } from './likeness.js';
import { nextDepth } from './limits.js';

/**
 * Returns a Union column of values that may come from one: each belongs to the child that the table has in
 * this row, or else to the first one that is read so, or that holds it. Undefined where no child holds one of
 * the values.
 */
export function unionColumn(
  values: ArrayLike<unknown>,
  context: InferContext,
  infer: Infer,
): InferredColumn | undefined {
  const { type, data: source } = context.like as { type: Union; data?: Data };
  const n = values.length;
  const isDense = type.mode === UnionMode.Dense;
  const typeIds = new Int8Array(n);
  const offsets = new Int32Array(n);
  const cells = type.children.map((): unknown[] => (isDense ? [] : new Array(n).fill(null)));
  for (let i = 0; i < n; i++) {
    const value = values[i];
    const holds = (k: number) => isMissing(value, context) || accepts(type.children[k].type, value);
    const before = source?.length === n ? type.typeIdToChildIndex[source.typeIds[i]] : undefined;
    const k = before !== undefined && holds(before) ? before : firstChild(type, value, holds);
    if (k < 0) return undefined;
    typeIds[i] = type.typeIds[k];
    if (isDense) offsets[i] = cells[k].push(value) - 1;
    else cells[k][i] = value;
  }
  const depth = nextDepth(context);
  const columns = type.children.map((field: Field, k) =>
    infer(cells[k], {
      ...context,
      name: `${context.name}|${field.name}`,
      nanIsMissing: false,
      like: likeness(field.type, isDense ? undefined : source?.children[k]),
      depth,
    }),
  );
  const fields = columns.map((column, k) => fieldOf(type.children[k].name, column));
  const buffers = { typeIds, offsets: isDense ? offsets : undefined };
  const children = columns.map(({ data }) => data);
  return { data: dataOf(new Union(type.mode, [...type.typeIds], fields), n, 0, buffers, { children }) };
}

function firstChild({ children }: Union, value: unknown, holds: (child: number) => boolean): number {
  const exact = children.findIndex(({ type }) => isReadAs(type, value));
  return exact >= 0 ? exact : children.findIndex((_, child) => holds(child));
}
