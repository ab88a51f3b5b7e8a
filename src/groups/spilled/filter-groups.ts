import { Schema } from 'apache-arrow';
import { type Batch, reviveSchema, tableOf } from '../../arrow/index.js';
import { unifyBatchDictionaries } from '../../combine/index.js';
import { type DatasetWriter, readKeptRows } from '../../files/index.js';
import { adapterFor } from '../../frame/index.js';
import { throwIfAborted } from '../../util/index.js';
import { applyToGroups } from '../apply-to-groups.js';
import { type Begun, groupCallOf } from '../begin-call.js';
import { DatasetGroupBy, type SpilledGroups } from '../datasets/index.js';
import { keptRows } from '../kept-rows.js';
import { openDataset } from '../open-datasets.js';
import { ResultStore } from '../result-collector.js';
import { writeResults } from '../write-results.js';
import { type RunningCall, withGroups } from './apply-to.js';

/**
 * Runs the predicate on all groups, whatever they are of, and returns the rows of those for which it is true.
 * The rows of a data set that does not fit into memory are read once more, in their order.
 */
export async function filterGroups(begun: Begun): Promise<unknown> {
  const { grouped, options } = begun;
  if (!(grouped instanceof DatasetGroupBy)) return applyToGroups(await groupCallOf(begun), keptRows);
  // The rows in memory are written by the way that reads them, the others as they come.
  return withGroups(begun, () => openDataset(begun, grouped), {
    whole: (call) => applyToGroups(call, keptRows),
    spilled: (running) =>
      options.to ? writeResults(begun, (writer) => writeKept(running, writer)) : tableOfKept(running),
  });
}

async function writeKept(running: RunningCall<SpilledGroups>, writer: DatasetWriter): Promise<void> {
  let isEmpty = true;
  for await (const batch of keptBatches(running)) {
    isEmpty = false;
    await writer.add(tableOf(batch.schema, [batch]), 'the rows');
  }
  if (isEmpty) await writer.add(tableOf(schemaOf(running), []), 'the rows');
}

async function tableOfKept(running: RunningCall<SpilledGroups>): Promise<unknown> {
  const { output } = running.call.options;
  const kept: Batch[] = [];
  for await (const batch of keptBatches(running)) kept.push(batch);
  const { schema, batches } = unifyBatchDictionaries(schemaOf(running), kept);
  const adapter = adapterFor(output === 'same' ? 'arrow' : output);
  await adapter.load?.();
  return adapter.fromArrow(tableOf(schema, batches));
}

/** Runs the predicate on all groups, then reads the rows that stay. */
async function* keptBatches(running: RunningCall<SpilledGroups>): AsyncGenerator<Batch, void, undefined> {
  const { call, opened, notes } = running;
  const { signal } = call.options;
  const { groups } = opened;
  const store = new ResultStore();
  await running.run({ sink: store, over: new AbortController() });
  throwIfAborted(signal);
  const isKept = new Uint8Array(groups.count);
  for (const { segments } of store.take()) {
    for (const segment of segments) {
      isKept.fill(1, segment.first, segment.first + segment.counts.length);
      notes.record.count(segment);
    }
  }
  const { task, units, places, starts } = groups;
  yield* readKeptRows(task, { units, places, starts, isKept }, signal);
}

const schemaOf = ({ opened: { groups } }: RunningCall<SpilledGroups>): Schema => {
  const { fields, metadata } = reviveSchema(groups.task.schema);
  return new Schema(fields.slice(0, groups.task.numColumns), metadata);
};
