import type { Begun } from '../begin-call.js';
import type { DatasetGroups, GroupRange, SpilledGroups } from '../datasets/index.js';
import type { GroupCall } from '../group-call.js';
import type { GroupSource } from '../group-source.js';

/** A call on groups whose rows lie in files. */
export interface SpilledCall {
  /** The call on all groups; their rows cannot be asked for. */
  readonly call: GroupCall;
  readonly opened: SpilledGroups;
}

/** Returns the call on groups in files. */
export function spilledCall({ grouped: _, ...begun }: Begun, opened: SpilledGroups): SpilledCall {
  const { groups, spill } = opened;
  const source: GroupSource = {
    kind: 'arrow',
    schema: spill.schema,
    count: groups.count,
    sizes: groups.sizes,
    numRows: groups.numRows,
    key: groups.key,
    keyColumns: groups.keyColumns,
    split() {
      throw new TypeError('the rows of spilled groups are read range by range');
    },
  };
  return { call: { ...begun, source }, opened };
}

/** Returns the groups of a range; `loaded` are their rows. */
export function sourceOfRange(
  { groups, spill }: { readonly groups: DatasetGroups; readonly spill: SpilledGroups['spill'] },
  range: GroupRange,
  loaded: Awaited<ReturnType<SpilledGroups['spill']['load']>>,
): GroupSource {
  const { first, end } = range;
  const count = end - first;
  const origin = groups.starts[first];
  const from = groups.starts.slice(first, end).map((place) => place - origin);
  const sizes = groups.sizes.subarray(first, end);
  let rows: typeof loaded | undefined = loaded;
  return {
    kind: 'arrow',
    schema: loaded.schema,
    count,
    sizes,
    firstIndex: first,
    numRows: loaded.numRows,
    key: (group) => groups.key(first + group),
    keyColumns: () => [],
    split() {
      // Read again where a group is to run once more: the function may have changed its rows.
      const batch = rows ?? spill.loadNow(range);
      rows = undefined;
      return { batches: [batch], from, sizes };
    },
  };
}
