import type { PackedBatch } from '../../arrow/index.js';
import type { WireResults } from '../../combine/index.js';
import type { Failure } from '../../run/index.js';
import { reviveError } from '../../values/index.js';
import type { Answer, PartTimings } from './protocol.js';
import { reviveFailure } from './revive-failure.js';

/** The answers of a part, one after the other. Indices count its groups. */
export interface PartEvents {
  onGroups(groups: { readonly at?: number; readonly sizes: Int32Array; readonly keys?: PackedBatch }): void;
  onResults(results: WireResults, indices: readonly number[]): void;
  onFailure(failure: Failure): void;
  onRetry(failure: Failure): void;
  onEnd(timings: PartTimings | undefined): void;
}

/** Tells events of an answer. Throws the error of a call that cannot go on. */
export function tellAnswer(answer: Answer, events: PartEvents): void {
  switch (answer.type) {
    case 'broken':
      throw reviveError(answer.error);
    case 'groups':
      events.onGroups(answer);
      break;
    case 'results':
      events.onResults(answer.results, answer.indices);
      break;
    case 'failure':
      events.onFailure(reviveFailure(answer.failure));
      break;
    case 'retry':
      events.onRetry(reviveFailure(answer.failure));
      break;
    case 'end':
      events.onEnd(answer.timings);
  }
}
