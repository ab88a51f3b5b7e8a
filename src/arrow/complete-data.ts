import { Data, type DataType, type Dictionary, Type, Vector } from 'apache-arrow';
import { concatData } from './concat.js';
import { layoutOf } from './layout.js';

/*
 * apache-arrow leaves out parts of columns without rows: the placeholder batch of a stream that has none, and
 * tables of empty arrays or vectors, lack children or buffers, or have Vectors in the place of Data. This
 * module makes them whole, so that the rest of the package never sees such columns.
 */

/** A column as apache-arrow may give it. */
export type AnyColumn = Data | Vector | undefined;

const isData = (column: Data | Vector): column is Data => 'children' in column;

/** Tells whether a column is a Data with a complete Data for every child and dictionary that its type has. */
export function isComplete(column: AnyColumn): column is Data {
  if (column === undefined || !isData(column)) return false;
  const { type, children, dictionary } = column;
  if (column.length === 0 && lacksBuffers(column)) return false;
  if (type.typeId === Type.Dictionary) return dictionary?.data.every(isComplete) ?? false;
  const count = type.children?.length ?? 0;
  return count === 0 || (children.length >= count && children.every(isComplete));
}

function lacksBuffers({ type, values, valueOffsets, typeIds }: Data): boolean {
  switch (layoutOf(type)) {
    case 'none':
    case 'fixedList':
      return false;
    case 'struct':
      return type.typeId === Type.Union && typeIds === undefined;
    case 'list':
      return valueOffsets === undefined;
    case 'denseUnion':
      return typeIds === undefined || valueOffsets === undefined;
    case 'variable':
      return values === undefined || valueOffsets === undefined;
    default:
      return values === undefined;
  }
}

/** Returns a column as one complete Data; a complete one as it is, and any other with buffers shared. */
export function completeData(type: DataType, column: AnyColumn): Data {
  if (isComplete(column)) return column;
  const allocate = (byteLength: number) => new Uint8Array(byteLength);
  if (column === undefined) return concatData(type, [], allocate);
  if (!isData(column)) {
    const chunks = column.data.map((chunk) => completeData(type, chunk));
    return chunks.length === 1 ? chunks[0] : concatData(type, chunks, allocate);
  }
  if (column.length === 0) {
    const empty = concatData(type, [], allocate);
    // The values of a dictionary are categories, which groupby may ask for even if no row has one.
    if (column.dictionary?.data.every(isComplete)) empty.dictionary = column.dictionary;
    return empty;
  }
  const { offset, length, nullCount, valueOffsets, values, nullBitmap, typeIds, variadicBuffers } = column;
  const valueType = (type as Dictionary).dictionary;
  return new Data(
    type,
    offset,
    length,
    nullCount,
    [valueOffsets, values, nullBitmap, typeIds] as never,
    (type.children ?? []).map((field, k) => completeData(field.type, column.children[k])),
    valueType &&
      new Vector((column.dictionary?.data ?? [undefined]).map((chunk) => completeData(valueType, chunk))),
    variadicBuffers as Uint8Array[],
  );
}
