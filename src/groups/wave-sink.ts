import { type CombineInput, type Results, rowsOfColumn } from '../combine/index.js';
import type { Delivery } from '../run/index.js';
import type { ResultSink } from './result-collector.js';

/**
 * Passes the results of a wave on as results of the whole call: with the positions that its batches have
 * there, and with the rows of columns that were handed back, since each wave has a table of its own.
 */
export class WaveSink implements ResultSink {
  readonly #sink: ResultSink;
  readonly #first: number;
  readonly #input: CombineInput;
  #waiting = 0;
  #onTaken: (() => void) | undefined;

  constructor(sink: ResultSink, first: number, input: CombineInput) {
    this.#sink = sink;
    this.#first = first;
    this.#input = input;
  }

  add({ segments, empty }: Results, delivery: Delivery): void {
    const first = this.#first;
    const results: Results = {
      segments: segments.map((segment) => ({
        ...segment,
        first: segment.first + first,
        columns: segment.columns.map((column) => ({
          field: column.field,
          data: rowsOfColumn(segment, column, (from, input) => this.#input.inputRows(from, input)),
        })),
      })),
      empty: empty && { ...empty, group: empty.group + first },
    };
    this.#waiting++;
    this.#sink.add(results, {
      ...delivery,
      indices: Array.from(delivery.indices, (index) => index + first),
      taken: () => {
        delivery.taken();
        this.#waiting--;
        if (this.#waiting === 0) this.#onTaken?.();
      },
    });
  }

  replace(group: number, result: Parameters<ResultSink['replace']>[1]): void {
    this.#sink.replace(group + this.#first, result);
  }

  /** Resolves when all results so far have been taken, or the signal aborts. */
  async untilTaken(signal: AbortSignal): Promise<void> {
    if (this.#waiting === 0 || signal.aborted) return;
    let onAbort = () => {};
    await new Promise<void>((resolve) => {
      onAbort = resolve;
      this.#onTaken = resolve;
      signal.addEventListener('abort', onAbort, { once: true });
    });
    signal.removeEventListener('abort', onAbort);
  }
}
