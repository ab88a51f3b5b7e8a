import { createHash, type Hash } from 'node:crypto';
import type { Data, Field, Schema, Table } from 'apache-arrow';
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

/**
 * The digest of a schema, with its metadata: adapters keep there how a frame gives its values out. What pandas writes into it is left out, since
 * that says how many rows the whole table has. `more` counts, too.
 */
export function schemaDigest({ fields, metadata }: Schema, more: string): Buffer {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([fields.length, more, sorted(metadata).filter(([name]) => name !== 'pandas')]));
  for (const field of fields) hashField(hash, field);
  return hash.digest();
}

const sorted = (metadata: ReadonlyMap<string, string>) => [...metadata].sort(([a], [b]) => (a < b ? -1 : 1));

/** The digest of a vector of any copy of apache-arrow. */
export function vectorDigest(chunks: readonly Data[]): Buffer {
  const hash = createHash('sha256');
  hash.update(typeKey(chunks[0].type));
  hashColumn(hash, chunks[0].type, chunks);
  return hash.digest();
}

function hashField(hash: Hash, { name, type, metadata }: Field): void {
  // Metadata of a field is part of its type: extension types are told by it, and what kind of values a column was made of.
  hash.update(`${JSON.stringify([name, sorted(metadata)])}${typeKey(type)}`);
}
