import { ResultPacker, type Results, type Segment } from '../combine/index.js';
import type { FrameResult } from '../frame/index.js';
import type { Delivery } from '../run/index.js';
import type { Sink } from './result-collector.js';

/** The result of one group, and what to call when it has been taken. */
interface Ready {
  readonly segment: Segment;
  taken(): void;
}

/** Hands results out one group at a time, in group order or as they come. */
export class ResultQueue implements Sink {
  readonly #isOrdered: boolean;
  /** Groups that have come to their end, result or not. */
  readonly #settled: Uint8Array;
  readonly #ready = new Map<number, Ready>();
  /** The first group that has not been handed out, where they go in order. */
  #head = 0;
  #end: { readonly error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(count: number, isOrdered: boolean) {
    this.#isOrdered = isOrdered;
    this.#settled = new Uint8Array(count);
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
        this.#ready.set(part.first, { segment: part, taken: takeOne });
      }
    }
    for (const index of indices) this.#settled[index] = 1;
    if (waiting === 0) taken();
    this.#wake?.();
  }

  replace(group: number, result: FrameResult | null): void {
    const packer = new ResultPacker();
    packer.add(group, result);
    this.add(packer.take(), { results: undefined, indices: [group], taken: () => {} });
  }

  /** Nothing more comes, and why, where something went wrong. What is there can still be taken. */
  close(end: { readonly error?: unknown } = {}): void {
    this.#end ??= end;
    this.#wake?.();
  }

  /** The next group's result; undefined after the last. */
  async next(): Promise<Segment | undefined> {
    for (;;) {
      const group = this.#nextGroup();
      const ready = group === undefined ? undefined : this.#ready.get(group);
      if (group !== undefined && ready) {
        this.#ready.delete(group);
        ready.taken();
        return ready.segment;
      }
      if (this.#end) {
        if ('error' in this.#end) throw this.#end.error;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #nextGroup(): number | undefined {
    if (!this.#isOrdered) return this.#ready.keys().next().value;
    while (this.#settled[this.#head] === 1 && !this.#ready.has(this.#head)) this.#head++;
    return this.#settled[this.#head] === 1 ? this.#head : undefined;
  }
}

/** A segment's groups, each as a segment of its own. */
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
