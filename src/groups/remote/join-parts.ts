import { Schema } from 'apache-arrow';
import { tableOf } from '../../arrow/index.js';
import type { Results, Segment } from '../../combine/index.js';
import { GroupBy } from '../frame-groupby.js';
import type { GroupSource } from '../group-source.js';
import { keyColumns } from '../key-columns.js';
import type { CollectedPart } from './collect-parts.js';

/** All groups of a call, in group order. */
export interface JoinedParts {
  readonly source: GroupSource;
  /** part -> its group -> the position of the group in the whole call. */
  readonly positions: readonly Int32Array[];
}

/**
 * Puts the groups of all parts in the order of their keys, as `groupby` of one frame has it.
 *
 * @param schema that of the remote frame
 */
export function joinParts(
  parts: readonly CollectedPart[],
  {
    by,
    isScalar,
    schema,
  }: { readonly by: readonly string[]; readonly isScalar: boolean; readonly schema: Schema },
): JoinedParts {
  const total = parts.reduce((sum, { sizes }) => sum + sizes.length, 0);
  const fields = by.map((name) => schema.fields.find((field) => field.name === name));
  const keySchema = parts[0]?.keys.schema ?? new Schema(fields.flatMap((field) => field ?? []));
  const table = tableOf(
    keySchema,
    parts.map(({ keys }) => ({ ...keys, schema: keySchema })),
  );
  const options = { sort: true, dropna: false, observed: true };
  const groups = new GroupBy<object>(
    { table, kind: 'arrow' },
    keyColumns(table, isScalar ? by[0] : by),
    options,
  );
  const { count, key, keyColumns: columnsOf, rowOrder } = GroupBy.source(groups);
  if (count !== total) throw new Error('groups of one key came from two tasks');
  const { places } = rowOrder();
  const sizes = new Int32Array(new SharedArrayBuffer(total * 4));
  let before = 0;
  const positions = parts.map((part) => {
    const own = places.subarray(before, before + part.sizes.length);
    before += part.sizes.length;
    part.sizes.forEach((size, group) => {
      sizes[own[group]] = size;
    });
    return own;
  });
  const source: GroupSource = {
    kind: 'arrow',
    schema,
    count,
    sizes,
    numRows: sizes.reduce((sum, size) => sum + size, 0),
    key,
    keyColumns: columnsOf,
    split() {
      throw new TypeError('the rows of a remote frame are not here');
    },
  };
  return { source, positions };
}

/** Returns results of a part as results of the whole call. Cuts them where groups are no neighbours there. */
export function placeResults({ segments, empty, undefineds }: Results, positions: Int32Array): Results {
  return {
    undefineds,
    segments: segments.flatMap((segment) => [...placed(segment, positions)]),
    empty: empty && { ...empty, group: positions[empty.group] },
  };
}

function* placed(segment: Segment, positions: Int32Array): Generator<Segment> {
  const { first, counts, columns } = segment;
  let row = 0;
  for (let k = 0; k < counts.length; ) {
    const position = positions[first + k];
    let end = k + 1;
    let numRows = counts[k];
    while (end < counts.length && positions[first + end] === position + end - k) numRows += counts[end++];
    const from = row;
    yield {
      first: position,
      counts: counts.subarray(k, end),
      numRows,
      columns:
        end - k === counts.length
          ? columns
          : columns.map((column) =>
              column.data ? { field: column.field, data: column.data.slice(from, numRows) } : column,
            ),
    };
    row += numRows;
    k = end;
  }
}
