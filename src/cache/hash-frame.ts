import { createHash, type Hash } from 'node:crypto';
import type { Data, Field, Table } from 'apache-arrow';
import type { Batch } from '../frame/index.js';
import { hashColumn, typeKey } from './hash-column.js';

/** The digest of a table's content: names, types and values of its columns, in their order. The schema's own metadata does not count. */
export function tableDigest(table: Table): Buffer {
  const hash = createHash('sha256');
  hash.update(Uint32Array.of(table.schema.fields.length, table.numRows));
  table.schema.fields.forEach((field, k) => {
    hashField(hash, field);
    hashColumn(
      hash,
      field.type,
      table.batches.map((batch) => batch.data.children[k]),
    );
  });
  return hash.digest();
}

/** What of a table of this schema all groups have in common. */
export function fieldsDigest(fields: readonly Field[]): Buffer {
  const hash = createHash('sha256');
  for (const field of fields) hashField(hash, field);
  return hash.digest();
}

/** The digest of the values of some rows of a batch. Its columns' types are not in it. */
export function rowsDigest({ columns }: Batch, from: number, length: number, extra: string): string {
  const hash = createHash('sha256');
  hash.update(extra);
  for (const column of columns) hashColumn(hash, column.type, [column.slice(from, length)]);
  return hash.digest('hex').slice(0, 32);
}

/** The digest of a vector of any copy of apache-arrow. */
export function vectorDigest(chunks: readonly Data[]): Buffer {
  const hash = createHash('sha256');
  hash.update(typeKey(chunks[0].type));
  hashColumn(hash, chunks[0].type, chunks);
  return hash.digest();
}

function hashField(hash: Hash, { name, type, metadata }: Field): void {
  // Metadata of a field is part of its type: extension types are told by it, and what kind of values a column was made of.
  const notes = [...metadata].sort(([a], [b]) => (a < b ? -1 : 1));
  hash.update(`${JSON.stringify([name, notes])}${typeKey(type)}`);
}
