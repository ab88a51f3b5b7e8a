import { type Data, type DataType, Schema, type Table } from 'apache-arrow';
import { type Batch, bitmapBytes, concatData, layoutOf, offsetWords, rowBytes } from '../arrow/index.js';

/** How many bytes of a buffer may be unused. apache-arrow pads its buffers by as many. */
const SLACK_BYTES = 64;

const allocate = (byteLength: number) => new Uint8Array(byteLength);

/** Returns a table as one batch, of which each column is compact. */
export function compactTable(table: Table): Batch {
  const columns = table.schema.fields.map(({ type }, k) =>
    compactData(
      type,
      table.batches.map((batch) => batch.data.children[k]),
    ),
  );
  const fields = table.schema.fields.map((field, k) =>
    field.type === columns[k].type ? field : field.clone({ type: columns[k].type }),
  );
  const schema = new Schema(fields, table.schema.metadata);
  return { schema, columns, numRows: table.numRows };
}

/**
 * Returns a column in one piece, with nothing in its buffers but its own rows. Copies it unless it is so
 * already.
 */
export function compactData(type: DataType, chunks: readonly Data[]): Data {
  return chunks.length === 1 && isCompact(chunks[0]) ? chunks[0] : concatData(type, chunks, allocate);
}

function isCompact(data: Data): boolean {
  const { type, length, nullBitmap, children } = data;
  const isTight = (view: ArrayBufferView | undefined, used: number) =>
    (view?.byteLength ?? 0) <= used + SLACK_BYTES;
  if (data.offset !== 0 || !isTight(nullBitmap, bitmapBytes(length))) return false;
  switch (layoutOf(type)) {
    case 'none':
      // apache-arrow does not count the nulls of a slice.
      return data.nullCount === length;
    case 'bits':
      return isTight(data.values, bitmapBytes(length));
    case 'fixed':
    case 'dictionary':
      return isTight(data.values, length * rowBytes(data));
    case 'variable':
    case 'list': {
      const { words, step } = offsetWords(data);
      if (length > 0 && words[0] !== 0) return false;
      const used = length > 0 ? words[length * step] : 0;
      return children.length > 0
        ? children[0].length <= used + SLACK_BYTES && isCompact(children[0])
        : isTight(data.values, used);
    }
    case 'fixedList':
    case 'struct':
      return children.every(isCompact);
    case 'view':
    case 'denseUnion':
      return false;
  }
}
