import { createHash } from 'node:crypto';
import { create, toBinary } from '@bufbuild/protobuf';
import { Field, Schema, type Table } from 'apache-arrow';
import { tableOf, toIpcStream } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { megabytes } from '../util/index.js';
import type { Artifact } from './artifacts.js';
import { LocalRelationSchema } from './proto/index.js';
import { type Relation, relation } from './relations.js';
import { storedColumn } from './stored-column.js';

/**
 * The largest table that is uploaded. The server holds it as rows of Java, which take twenty times as much.
 */
export const MAX_UPLOAD = 64e6;
/** Up to this size the rows are a part of the plan. */
const MAX_INLINE = 256 << 10;
/** The size of the pieces that a server of Spark 4.1 or newer takes. */
const PIECE = 8 << 20;

/** A table as a relation, and the artifacts that must be on the server before it is used. */
export interface Upload {
  readonly relation: Relation;
  readonly artifacts: readonly Artifact[];
}

/** Returns the table that is uploaded: its columns in types that Spark has. */
export function storedTable({ schema, batches }: Table): Table {
  if (schema.fields.length === 0) {
    throw new ApplyError('ERR_UNSUPPORTED', 'a table without columns cannot be uploaded to a cluster');
  }
  const columns = batches.map(({ data, numRows }) => ({
    numRows,
    columns: data.children.map((column, k) => storedColumn(schema.fields[k].name, column)),
  }));
  const types = columns[0]?.columns.map(({ type }) => type);
  const fields = schema.fields.map(
    ({ name, type }, k) => new Field(name, types === undefined ? type : types[k], true),
  );
  const stored = new Schema(fields);
  return tableOf(
    stored,
    columns.map((batch) => ({ ...batch, schema: stored })),
  );
}

/** Prepares a table for upload. `hasPieces` says that the server takes a table in pieces. */
export function prepareUpload(table: Table, hasPieces: boolean): Upload {
  const stored = storedTable(table);
  const whole = toIpcStream(stored);
  if (whole.length > MAX_UPLOAD) {
    throw new ApplyError(
      'ERR_CLUSTER',
      `a table of ${megabytes(whole.length)} is too large to upload (at most ${megabytes(MAX_UPLOAD)}): write it ` +
        'as Parquet where the executors can read it, and group cluster.read(path)',
    );
  }
  if (whole.length <= MAX_INLINE) {
    return { relation: relation('localRelation', { data: whole }), artifacts: [] };
  }
  if (!hasPieces) {
    const bytes = toBinary(LocalRelationSchema, create(LocalRelationSchema, { data: whole }));
    const artifact = cached(bytes);
    return {
      relation: relation('cachedLocalRelation', { hash: hashIn(artifact) }),
      artifacts: [artifact],
    };
  }
  const rows = Math.max(1, Math.ceil(stored.numRows / Math.ceil(whole.length / PIECE)));
  const artifacts = [];
  for (let from = 0; from < stored.numRows; from += rows) {
    artifacts.push(cached(toIpcStream(stored.slice(from, from + rows))));
  }
  const dataHashes = artifacts.map(hashIn);
  return { relation: relation('chunkedCachedLocalRelation', { dataHashes }), artifacts };
}

const cached = (bytes: Uint8Array): Artifact => ({
  name: `cache/${createHash('sha256').update(bytes).digest('hex')}`,
  bytes,
});

const hashIn = ({ name }: Artifact) => name.slice('cache/'.length);
