import type { RemoteFrame } from '../../cluster/index.js';
import type { Relation } from '../../cluster/inside.js';
import type { DatasetWriter } from '../../files/index.js';
import { adapterFor } from '../../frame/index.js';
import { clock } from '../../run/index.js';
import type { Begun } from '../begin-call.js';
import { fillPlace, writeKept } from '../cluster/index.js';
import { combinerOf, partCombinerOf } from '../combine-groups.js';
import { describeKey, NO_SHARDS } from '../group-source.js';
import type { KeptResults } from '../kept-results.js';
import { RemoteGroupBy, type RemoteParts } from '../remote-groupby.js';
import { writeSegments } from '../wave-results.js';
import { writeResults } from '../write-results.js';
import { collectGroups, openRemote, type RemoteCall } from './collect-groups.js';
import type { CollectedPart } from './collect-parts.js';
import { type FinishedCall, finishCall, inOrder } from './finish-call.js';

/**
 * Runs the function on all groups of a remote frame. Resolves to the joined frame, or with the option `to` to
 * what was written.
 */
export async function applyRemote(begun: Begun, grouped: RemoteGroupBy<unknown>): Promise<unknown> {
  const began = clock();
  const remote = RemoteGroupBy.parts(grouped);
  if (begun.options.toCluster) return writeRemote(begun, remote, began);
  if (begun.options.to === undefined) {
    const { output } = begun.options;
    const adapter = adapterFor(output === 'same' ? 'arrow' : output);
    await adapter.load?.();
    const finished = await runAll(await openRemote(begun, remote), began);
    const table = combinerOf(finished.call, NO_SHARDS)(finished.results);
    await finished.report();
    return adapter.fromArrow(table);
  }
  // Opened first: that the place is taken should be known before the cluster runs.
  return writeResults(begun, async (writer) => {
    const finished = await runAll(await openRemote(begun, remote), began);
    await writeAll(finished, writer);
    await finished.report();
  });
}

/** Has the cluster write the results, without sending them here. */
function writeRemote(begun: Begun, remote: RemoteParts, began: number): Promise<RemoteFrame> {
  const options = begun.options as Parameters<typeof fillPlace>[0];
  return fillPlace(options, begun.kept as KeptResults<Relation>, async () => {
    const { call, results, report } = await runAll(await openRemote(begun, remote), began);
    await writeKept(call, results);
    await report();
  });
}

async function runAll(remote: RemoteCall, began: number): Promise<FinishedCall> {
  const parts: CollectedPart[] = [];
  await collectGroups(remote, remote.begun.options.signal, { onPart: (part) => parts.push(part) });
  return finishCall(remote, parts, began);
}

async function writeAll({ call, results }: FinishedCall, writer: DatasetWriter): Promise<void> {
  const keyOf = (group: number) => describeKey(call.source.key(group));
  const { combine, known } = partCombinerOf(call, NO_SHARDS);
  const joining = {
    combine,
    known: () => known,
    describe: (first: number, last: number) => `the results of groups ${keyOf(first)} to ${keyOf(last)}`,
  };
  const empties = results.flatMap(({ empty }) => empty ?? []).sort((a, b) => a.group - b.group);
  await writeSegments(inOrder(results), joining, writer, () => empties[0]);
}
