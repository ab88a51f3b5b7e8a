import { createHash, type Hash } from 'node:crypto';
import type { Data, Field, Schema, Table } from 'apache-arrow';
import { ownChunks } from '../arrow/index.js';
import { hashColumn, typeKey } from './hash-column.js';

/** Returns the digest of a table: its columns' names, types and values in order, without metadata. */
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
 * Returns the digest of a schema with its metadata, which tells adapters how a frame shows its values, and of
 * `more`. Leaves out the metadata of pandas, which has the number of rows of the whole table.
 */
export function schemaDigest({ fields, metadata }: Schema, more: string): Buffer {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([fields.length, more, sorted(metadata).filter(([name]) => name !== 'pandas')]));
  for (const field of fields) hashField(hash, field);
  return hash.digest();
}

const sorted = (metadata: ReadonlyMap<string, string>) => [...metadata].sort(([a], [b]) => (a < b ? -1 : 1));

/** Returns the digest of a vector, given as chunks of any copy of apache-arrow. */
export function vectorDigest(chunks: readonly Data[]): Buffer {
  const hash = createHash('sha256');
  const own = ownChunks(chunks);
  hash.update(typeKey(own[0].type));
  hashColumn(hash, own[0].type, own);
  return hash.digest();
}

function hashField(hash: Hash, { name, type, metadata }: Field): void {
  // A field's metadata is part of its type: it names extension types and the column's original values.
  hash.update(`${JSON.stringify([name, sorted(metadata)])}${typeKey(type)}`);
}
