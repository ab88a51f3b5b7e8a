import type { RemoteFrame } from '../cluster/index.js';
import type { Relation } from '../cluster/inside.js';
import { clock } from '../run/index.js';
import { throwIfAborted } from '../util/index.js';
import { type GroupCall, workersOf } from './group-call.js';
import type { KeptResults } from './kept-results.js';
import { prepareGroups } from './prepare-groups.js';
import { CallRecord } from './report/index.js';
import { ResultStore } from './result-collector.js';
import { runGroups } from './run-groups.js';

/** Runs the groups of a frame that is here on a cluster, and has the cluster write their results. */
export async function writeOnCluster(call: GroupCall): Promise<RemoteFrame> {
  const { source, options } = call;
  const { fillPlace, writeKept } = await import('./cluster/index.js');
  const began = clock();
  return fillPlace(
    options as Parameters<typeof fillPlace>[0],
    call.kept as KeptResults<Relation>,
    async () => {
      const prepared = await prepareGroups(call);
      const record = new CallRecord(source, workersOf(call), options.report, began);
      record.lap('split');
      const store = new ResultStore();
      const failed = await runGroups(call, prepared, { sink: store, record });
      throwIfAborted(options.signal);
      record.lap('apply');
      const results = store.take();
      await writeKept(call, results);
      record.lap('combine');
      for (const { segments } of results) for (const segment of segments) record.count(segment);
      await record.send(failed);
    },
  );
}
