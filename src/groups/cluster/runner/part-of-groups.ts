import { type Batch, unpackBatch } from '../../../arrow/index.js';
import { decode } from '../../../wire/index.js';
import type { GroupKeyColumn } from '../../group-keys.js';
import type { Shards } from '../../group-source.js';
import type { GroupPart } from '../protocol.js';
import type { RunnerPart } from './part-of-rows.js';

/** Reads groups that the program has split. */
export function partOfGroups(bytes: Uint8Array): RunnerPart {
  const part = decodeShared(bytes);
  const { sizes } = part;
  return {
    at: part.at,
    count: part.keys.length,
    sizes,
    keys: part.keys,
    shards: shardsOf(part, sizes),
    forms: [part.form, ...(part.others ?? []).map(({ form }) => form)],
    firstIndex: part.firstIndex,
    keyColumns: part.keyBatch && keyColumnsOf(unpackBatch(part.keyBatch)),
    split: () => shardsOf(decodeShared(bytes), sizes),
  };
}

const keyColumnsOf = ({ schema, columns }: Batch): GroupKeyColumn[] =>
  columns.map((data, k) => ({ field: schema.fields[k], data }));

/** Decodes a part in shared memory, so that the thread that runs the groups has the same sizes and rows. */
function decodeShared(bytes: Uint8Array): GroupPart {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  shared.set(bytes);
  return decode(shared) as GroupPart;
}

function shardsOf({ batches, batchOf, from, others }: GroupPart, sizes: Int32Array): Shards {
  return {
    batches: batches.map(unpackBatch),
    batchOf,
    from,
    sizes,
    others: others?.map(({ batch, ...rows }) => ({ ...rows, kind: rows.form, batch: unpackBatch(batch) })),
  };
}
