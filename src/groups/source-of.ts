import { type RecordBatch, Schema } from 'apache-arrow';
import { type Batch, copyTableToShared, isPlainObject, sameType, tableOf } from '../arrow/index.js';
import { ApplyError, type GroupKey, type KeyPart } from '../errors.js';
import { adapterOf, isDanfoGroupby } from '../frame/index.js';
import { preview } from '../util/index.js';
import { CoGroup } from './cogroup/index.js';
import { danfoGroupBy } from './danfo-groupby.js';
import type { GroupKeyColumn } from './group-keys.js';
import type { GroupSource, Shards } from './group-source.js';
import { GroupBy } from './groupby.js';
import { inferredKeyColumn } from './keys/index.js';

/** Returns the groups of whatever a verb was given. */
export async function sourceOf(grouped: unknown, verb: string, signal: AbortSignal): Promise<GroupSource> {
  if (grouped instanceof GroupBy) return GroupBy.source(grouped);
  if (grouped instanceof CoGroup) return coGroupSource(grouped, verb);
  if (isDanfoGroupby(grouped)) return GroupBy.source(danfoGroupBy(grouped));
  if (Array.isArray(grouped) || (isIterable(grouped) && adapterOf(grouped) === undefined)) {
    return framesSource(await collect(grouped, signal));
  }
  const isFrame = adapterOf(grouped) !== undefined;
  throw new ApplyError(
    'ERR_NOT_A_FRAME',
    isFrame
      ? `${verb} got a frame that is not grouped; write ${verb}(groupby(frame, key), fn)`
      : `${verb} expected groupby(frame, key), df.groupby([key]) or an iterable of [key, frame], got ${preview(grouped)}`,
  );
}

function coGroupSource(cogroup: CoGroup<readonly unknown[]>, verb: string): GroupSource {
  if (verb === 'applyParallel') return CoGroup.source(cogroup);
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    `${verb} takes the groups of one frame; groups of several frames, made by cogroup, are for applyParallel`,
  );
}

type AnyIterable = Iterable<unknown> | AsyncIterable<unknown>;

function isIterable(value: unknown): value is AnyIterable {
  return (
    typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value)
  );
}

interface GivenFrame {
  readonly key: GroupKey;
  readonly kind: string;
  readonly schema: Schema;
  readonly batches: readonly Batch[];
  readonly numRows: number;
}

async function collect(grouped: AnyIterable, signal: AbortSignal): Promise<GivenFrame[]> {
  const entries: GivenFrame[] = [];
  for await (const item of grouped) {
    // Throwing inside the loop also closes the iterable.
    signal.throwIfAborted();
    const index = entries.length;
    const [key, frame] = isPair(item) ? item : [index, item];
    if (typeof key === 'symbol' || typeof key === 'function') {
      throw new ApplyError(
        'ERR_INVALID_OPTION',
        `group ${index} has the key ${preview(key)}; keys are plain values`,
      );
    }
    const adapter = adapterOf(frame);
    if (adapter === undefined) {
      throw new ApplyError(
        'ERR_NOT_A_FRAME',
        `group ${index} is ${preview(item)}; expected [key, frame] or a frame: a table, a DataFrame or an array of rows. ` +
          'To group an array of rows write groupby(rows, key)',
      );
    }
    if (index > 0 && adapter.kind !== entries[0].kind) {
      throw new ApplyError(
        'ERR_NOT_A_FRAME',
        `group ${index} is a frame of kind '${adapter.kind}', the groups before it are of kind '${entries[0].kind}'; give one kind`,
      );
    }
    const table = adapter.toArrow(frame, 'ERR_NOT_A_FRAME');
    const { schema } = table;
    const batches = (table.batches as RecordBatch[]).map(({ data }) => ({
      schema,
      columns: data.children,
      numRows: data.length,
    }));
    entries.push({ key, kind: adapter.kind, schema, batches, numRows: table.numRows });
  }
  return entries;
}

/** Returns whether an item is `[key, frame]`. An array of two rows is a frame, not a pair. */
function isPair(item: unknown): item is [GroupKey, unknown] {
  return (
    Array.isArray(item) && item.length === 2 && !isPlainObject(item[0]) && adapterOf(item[1]) !== undefined
  );
}

/** Returns a source whose frames of one schema share a table. */
function framesSource(entries: readonly GivenFrame[]): GroupSource {
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

const sameTypes = (a: Schema, b: Schema): boolean =>
  a.fields.every((field, k) => sameType(field.type, b.fields[k].type));
