import { ResultPacker, type Results, type Segment } from '../combine/index.js';
import type { ResultQueue } from '../run/index.js';
import type { ResultSink } from './result-collector.js';

/** A group's result in a queue. */
export interface QueuedGroup {
  readonly segment: Segment;
  /** To be called when the result has been taken. */
  taken(): void;
}

/** Returns a sink that puts the results into a queue, group by group. */
export function queueResults(queue: ResultQueue<QueuedGroup>): ResultSink {
  const sink: ResultSink = {
    add({ segments }, { indices, taken }) {
      let waiting = 0;
      const takeOne = () => {
        waiting--;
        if (waiting === 0) taken();
      };
      for (const segment of segments) {
        for (const part of groupsOf(segment)) {
          waiting++;
          queue.add(part.first, { segment: part, taken: takeOne });
        }
      }
      queue.settle(indices);
      if (waiting === 0) taken();
    },
    replace(group, result) {
      const packer = new ResultPacker();
      packer.add(group, result);
      sink.add(packer.take(), { results: undefined, indices: [group], taken() {} });
    },
  };
  return sink;
}

/**
 * Returns a sink that puts the results into an ordered queue as they come, those of many groups at a time.
 *
 * @param onEmpty gets the columns of empty results, which do not go into the queue
 */
export function queueSegments(
  queue: ResultQueue<QueuedGroup>,
  onEmpty: (empty: NonNullable<Results['empty']>) => void,
): ResultSink {
  const sink: ResultSink = {
    add({ segments, empty }, { indices, taken }) {
      let waiting = segments.length;
      const takeOne = () => {
        waiting--;
        if (waiting === 0) taken();
      };
      for (const segment of segments) queue.add(segment.first, { segment, taken: takeOne });
      // The other groups of a segment come with its first.
      queue.settle(indices);
      if (empty) onEmpty(empty);
      if (waiting === 0) taken();
    },
    replace(group, result) {
      const packer = new ResultPacker();
      packer.add(group, result);
      sink.add(packer.take(), { results: undefined, indices: [group], taken() {} });
    },
  };
  return sink;
}

/** Yields a segment for each group of a segment. */
export function* groupsOf(segment: Segment): Generator<Segment> {
  const { first, counts, columns } = segment;
  for (let k = 0, from = 0; k < counts.length; from += counts[k++]) {
    const at = from;
    const numRows = counts[k];
    yield {
      first: first + k,
      counts: counts.subarray(k, k + 1),
      numRows,
      columns: columns.map((column) =>
        column.data === undefined ? column : { ...column, data: column.data.slice(at, numRows) },
      ),
    };
  }
}
