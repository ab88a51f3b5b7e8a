import { type Data, Field, Map_, Struct } from 'apache-arrow';
import { dataOf, elementsOf, isArrowRow, kindOf, ValidityBuilder } from '../../arrow/index.js';
import { ApplyError } from '../../errors.js';
import { type InferContext, isMissing, type Likeness } from './context.js';
import { fieldOf, type Infer, type InferredColumn } from './inferred-column.js';
import { likeness } from './likeness.js';
import { checkTotal, nextDepth } from './limits.js';
import { stringData } from './text-and-binary.js';

/**
 * Returns a Map column of plain objects, whose keys are texts, or of arrays of entries, where the values may
 * come from a column of maps. A struct could not tell a missing key from a null. Undefined where a value is
 * neither, or the keys or their values have no common type: then they are no maps.
 */
export function mapColumn(
  values: ArrayLike<unknown>,
  context: InferContext,
  infer: Infer,
): InferredColumn | undefined {
  const n = values.length;
  const offsets = new Int32Array(n + 1);
  const validity = new ValidityBuilder(n);
  const keys: unknown[] = [];
  const cells: unknown[] = [];
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (isMissing(value, context)) validity.setNull(i);
    else {
      const entries = entriesOf(value);
      if (entries === undefined) return undefined;
      for (const [key, cell] of entries) {
        keys.push(key);
        cells.push(cell);
      }
    }
    offsets[i + 1] = checkTotal(keys.length, context);
  }
  const entries = entriesData(keys, cells, context, infer);
  if (entries === undefined) return undefined;
  const { keysSorted } = (context.like as Likeness).type as Map_;
  const type = new Map_(new Field('entries', entries.type, false) as never, keysSorted);
  const buffers = { offsets, validity: validity.bitmap };
  return { data: dataOf(type, n, validity.nulls, buffers, { children: [entries] }) };
}

/** Returns the entries of an object, or of what libraries other than apache-arrow show for a map. */
function entriesOf(value: unknown): Iterable<readonly [key: unknown, cell: unknown]> | undefined {
  if (value instanceof Map) return value;
  if (Array.isArray(value)) return value.every(isPair) ? value : undefined;
  if (kindOf(value) !== 'object') return undefined;
  return Object.entries(isArrowRow(value) ? value.toJSON() : (value as object));
}

const isPair = (entry: unknown): entry is [unknown, unknown] => Array.isArray(entry) && entry.length === 2;

function entriesData(
  keys: readonly unknown[],
  cells: readonly unknown[],
  context: InferContext,
  infer: Infer,
): Data | undefined {
  const { type, data } = context.like as Likeness;
  const inside = { ...context, name: `${context.name}{}`, nanIsMissing: false, depth: nextDepth(context) };
  const like = likeness(type.children[0].type.children[1].type, data && elementsOf(data).children[1]);
  try {
    const inner = infer(cells, { ...inside, like });
    const names =
      keys.length === 0 ? stringData(keys, 0, inside) : infer(keys, { ...inside, like: undefined }).data;
    const fields = [new Field('key', names.type, false), fieldOf('value', inner)];
    return dataOf(new Struct(fields), keys.length, 0, {}, { children: [names, inner.data] });
  } catch (error) {
    if (error instanceof ApplyError) return undefined;
    throw error;
  }
}
