import { type Batch, unpackBatch } from '../../arrow/index.js';
import { type Results, reviveResults } from '../../combine/index.js';
import type { GroupKey } from '../../errors.js';
import type { Failure } from '../../run/index.js';
import { keyReader } from '../../split/index.js';
import { type Answer, type PartTimings, tellAnswer } from '../cluster/index.js';
import { keyPart } from '../key-part.js';

/** The groups of a task, or of a part of a task, with their results. Indices count these groups. */
export interface CollectedPart {
  /** The number of its task. */
  readonly task: number;
  readonly sizes: Int32Array;
  /** The keys as columns, a row for each group. */
  readonly keys: Batch;
  readonly results: Results[];
  readonly failures: Failure[];
  readonly retried: Failure[];
  timings?: PartTimings;
}

/** Puts the answers of each task together to parts. */
export class PartCollector {
  readonly #onFailure: (failure: Failure, part: CollectedPart) => void;
  readonly #onPart: (part: CollectedPart) => void;
  #part: CollectedPart | undefined;

  constructor(events: {
    /** Is told of a failure when it arrives, before its part is complete. */
    onFailure(failure: Failure, part: CollectedPart): void;
    onPart(part: CollectedPart): void;
  }) {
    this.#onFailure = events.onFailure;
    this.#onPart = events.onPart;
  }

  add(answer: Answer, task: number): void {
    tellAnswer(answer, {
      onGroups: ({ sizes, keys }) => {
        if (keys === undefined) throw new Error('groups without keys');
        this.#part = { task, sizes, keys: unpackBatch(keys), results: [], failures: [], retried: [] };
      },
      onResults: (results) => this.#current.results.push(reviveResults(results)),
      onFailure: (failure) => {
        this.#current.failures.push(failure);
        this.#onFailure(failure, this.#current);
      },
      onRetry: (failure) => this.#current.retried.push(failure),
      onEnd: (timings) => {
        const part = this.#current;
        part.timings = timings;
        this.#part = undefined;
        this.#onPart(part);
      },
    });
  }

  get #current(): CollectedPart {
    if (this.#part === undefined) throw new Error('an answer without its groups');
    return this.#part;
  }
}

/** Returns the key of a group, as users get it. */
export function keyOf({ keys }: Pick<CollectedPart, 'keys'>, group: number, isScalar: boolean): GroupKey {
  const parts = keys.columns.map((data) =>
    keyPart(keyReader({ type: data.type, chunks: [data] })(group), false),
  );
  return isScalar ? parts[0] : parts;
}
