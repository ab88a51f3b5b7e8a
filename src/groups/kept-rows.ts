import { deriveSchema, tableOf } from '../arrow/index.js';
import { combine, type Segment } from '../combine/index.js';
import { scatterTable } from '../split/index.js';
import type { Joined, Joiner } from './apply-to-groups.js';
import { combineInput } from './group-call.js';
import type { GroupSource, RowOrder, Shards } from './group-source.js';
import { startsOf } from './row-mask.js';

/**
 * Makes a table of the rows of the groups that have a result, in the order of the rows of the grouped frame.
 * The rows are those of the frame itself, whatever a function wrote to its group.
 */
export const keptRows: Joiner = (call) => (results) => {
  const { source } = call;
  const segments = results.flatMap((result) => result.segments);
  if (source.rowOrder) return keptRowsOf(segments, source, source.rowOrder());
  // Copied again from the frames, since the first copy was the functions'.
  const shards = source.split();
  const whole = segments.map((segment) => withAllColumns(segment, shards));
  return { table: combine([{ segments: whole }], combineInput(call, shards)) };
};

function keptRowsOf(
  segments: readonly Segment[],
  { sizes }: GroupSource,
  { table, places, labels }: RowOrder,
): Joined {
  const isKept = new Uint8Array(places.length);
  const starts = startsOf(sizes);
  for (const { first, numRows } of segments) isKept.fill(1, starts[first], starts[first] + numRows);
  const targets = new Int32Array(places.length);
  let length = 0;
  for (let row = 0; row < places.length; row++) {
    const place = places[row];
    targets[row] = place >= 0 && isKept[place] === 1 ? length++ : -1;
  }
  if (length === places.length) return { table, labels };
  // A grouping with one group: the rows that stay.
  const grouping = {
    numGroups: 1,
    starts: Int32Array.of(0, length),
    firstRows: Int32Array.of(0),
    places: targets,
    inPlace: false,
  };
  const moved = scatterTable(table, grouping);
  const kept = { ...moved, schema: deriveSchema(table.schema, moved.schema.fields) };
  return {
    table: tableOf(kept.schema, [kept]),
    labels: labels?.filter((_, row) => targets[row] >= 0),
  };
}

/** Returns a segment with all columns of the frames that its groups came from. */
function withAllColumns(segment: Segment, { batches, batchOf }: Shards): Segment {
  const { schema } = batches[batchOf ? batchOf[segment.first] : 0];
  return { ...segment, columns: schema.fields.map((field, input) => ({ field, input })) };
}
