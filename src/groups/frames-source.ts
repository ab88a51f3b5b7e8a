import { type RecordBatch, Schema } from 'apache-arrow';
import { type Batch, copyTableToShared, sameType, tableOf } from '../arrow/index.js';
import { ApplyError, type GroupKey, type KeyPart } from '../errors.js';
import type { FrameAdapter } from '../frame/index.js';
import type { GroupKeyColumn } from './group-keys.js';
import type { GroupSource, Shards } from './group-source.js';
import { inferredKeyColumn } from './keys/index.js';

/** A frame that is a group as it was given. */
export interface GivenFrame {
  readonly key: GroupKey;
  readonly kind: string;
  readonly schema: Schema;
  readonly batches: readonly Batch[];
  readonly numRows: number;
}

/** Reads a frame that was given as a group. */
export function givenFrame(adapter: FrameAdapter, frame: unknown): Omit<GivenFrame, 'key'> {
  const { kind } = adapter;
  const table = adapter.toArrow(frame, 'ERR_NOT_A_FRAME');
  const { schema } = table;
  const batches = (table.batches as RecordBatch[]).map(({ data }) => ({
    schema,
    columns: data.children,
    numRows: data.length,
  }));
  return { kind, schema, batches, numRows: table.numRows };
}

/** Returns a source whose frames of one schema share a table. */
export function framesSource(entries: readonly GivenFrame[]): GroupSource {
  const sizes = new Int32Array(new SharedArrayBuffer(entries.length * 4));
  entries.forEach(({ numRows }, group) => {
    sizes[group] = numRows;
  });
  return {
    kind: entries[0]?.kind ?? 'arrow',
    schema: entries[0]?.schema ?? new Schema([]),
    count: entries.length,
    numRows: entries.reduce((sum, { numRows }) => sum + numRows, 0),
    sizes,
    key: (group) => entries[group].key,
    keyColumns: () => keysOfEntries(entries.map(({ key }) => key)),
    split: () => shardsOf(entries, sizes),
  };
}

/** Returns the keys of given frames as columns: 'key', or 'key0', 'key1', … for keys of several values. */
function keysOfEntries(keys: readonly GroupKey[]): GroupKeyColumn[] {
  const widths = new Set(keys.map((key) => (Array.isArray(key) ? key.length : -1)));
  if (widths.size > 1) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      'applyParallel: groupKeys needs keys of one shape, all single values or all arrays of one length',
    );
  }
  const [width = -1] = widths;
  const column = (values: readonly unknown[], name: string) => {
    const { field, chunks } = inferredKeyColumn(values, name);
    return { field, data: chunks[0] };
  };
  if (width < 0) return [column(keys, 'key')];
  return Array.from({ length: width }, (_, k) =>
    column(
      keys.map((key) => (key as readonly KeyPart[])[k]),
      `key${k}`,
    ),
  );
}

function shardsOf(entries: readonly GivenFrame[], sizes: Int32Array): Shards {
  const shards: { schema: Schema; batches: Batch[]; numRows: number }[] = [];
  // Shards with the same labels are found first and then compared by type: files often differ in metadata.
  const byLabels = new Map<string, number[]>();
  const batchOf = new Int32Array(entries.length);
  const from = new Int32Array(entries.length);
  entries.forEach(({ schema, batches, numRows }, group) => {
    const labels = labelsOf(schema);
    const alike = byLabels.get(labels) ?? [];
    byLabels.set(labels, alike);
    let shard = alike.find((candidate) => sameTypes(shards[candidate].schema, schema));
    if (shard === undefined) {
      shard = shards.push({ schema, batches: [], numRows: 0 }) - 1;
      alike.push(shard);
    }
    const { schema: own } = shards[shard];
    batchOf[group] = shard;
    from[group] = shards[shard].numRows;
    shards[shard].batches.push(...batches.map((batch) => ({ ...batch, schema: own })));
    shards[shard].numRows += numRows;
  });
  return {
    batches: shards.map(({ schema, batches }) => copyTableToShared(tableOf(schema, batches))),
    batchOf,
    from,
    sizes,
  };
}

/** Returns what a schema says besides types: names, nullability, metadata. */
const labelsOf = ({ fields, metadata }: Schema): string =>
  JSON.stringify([fields.map((field) => [field.name, field.nullable, ...field.metadata]), ...metadata]);

/** Tells whether two schemas say the same, types included. */
export const sameSchema = (a: Schema, b: Schema): boolean =>
  a === b || (labelsOf(a) === labelsOf(b) && sameTypes(a, b));

const sameTypes = (a: Schema, b: Schema): boolean =>
  a.fields.every((field, k) => sameType(field.type, b.fields[k].type));
