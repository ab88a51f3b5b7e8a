import { ResultPacker, type Results, type Segment } from '../combine/index.js';
import type { FrameResult } from '../frame/index.js';
import { type Delivery, ResultQueue } from '../run/index.js';
import type { ResultSink } from './result-collector.js';

/** A group's result, and the callback for when it has been taken. */
interface WaitingGroup {
  readonly segment: Segment;
  taken(): void;
}

/** Hands results out one group at a time, in group order or as they come. */
export class GroupResultQueue implements ResultSink {
  readonly #queue: ResultQueue<WaitingGroup>;

  constructor(isOrdered: boolean) {
    this.#queue = new ResultQueue(isOrdered);
  }

  add({ segments }: Results, { indices, taken }: Delivery): void {
    let waiting = 0;
    const takeOne = () => {
      waiting--;
      if (waiting === 0) taken();
    };
    for (const segment of segments) {
      for (const part of groupsOf(segment)) {
        waiting++;
        this.#queue.add(part.first, { segment: part, taken: takeOne });
      }
    }
    this.#queue.settle(indices);
    if (waiting === 0) taken();
  }

  replace(group: number, result: FrameResult | null): void {
    const packer = new ResultPacker();
    packer.add(group, result);
    this.add(packer.take(), { results: undefined, indices: [group], taken: () => {} });
  }

  /** Ends the queue after what can still be taken; with an error, the queue throws it then. */
  close(end?: { readonly error: unknown }): void {
    this.#queue.close(end);
  }

  /** Resolves to the next group's result; to undefined after the last. */
  async next(): Promise<Segment | undefined> {
    const next = await this.#queue.next();
    next?.result.taken();
    return next?.result.segment;
  }
}

/** Yields a segment for each group of a segment. */
function* groupsOf(segment: Segment): Generator<Segment> {
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
