import { Schema, type Table, tableToIPC } from 'apache-arrow';
import { concatData } from './concat.js';
import { tableToWrite } from './counted-nulls.js';

/**
 * Writes a table in Arrow's stream format, for libraries with memory of their own. It joins the table to one
 * piece first: apache-arrow's writer loses rows of slices of some types, and writes every dictionary once for
 * each batch.
 */
export function toIpcStream(table: Table): Uint8Array {
  const { schema: given, numRows, batches } = table;
  const columns = given.fields.map(({ type }, k) =>
    concatData(
      type,
      batches.map((batch) => batch.data.children[k]),
      (size) => new Uint8Array(size),
    ),
  );
  // Joining dictionaries may have widened their indices.
  const fields = given.fields.map((field, k) =>
    field.type === columns[k].type ? field : field.clone({ type: columns[k].type }),
  );
  const schema = new Schema(fields, given.metadata);
  return tableToIPC(tableToWrite(schema, [{ schema, columns, numRows }]), 'stream');
}
