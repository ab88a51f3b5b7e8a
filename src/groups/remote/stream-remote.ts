import { adapterFor, type FrameAdapter } from '../../frame/index.js';
import { clock, ResultQueue } from '../../run/index.js';
import { throwIfAborted } from '../../util/index.js';
import type { Begun, ResultStream } from '../begin-call.js';
import { combinerOf } from '../combine-groups.js';
import { NO_SHARDS } from '../group-source.js';
import { withoutData } from '../kept-results.js';
import { groupsOf } from '../queue-results.js';
import { RemoteGroupBy } from '../remote-groupby.js';
import { collectGroups, openRemote, type RemoteCall } from './collect-groups.js';
import type { CollectedPart } from './collect-parts.js';
import { type FinishedCall, finishCall, finishPart, inOrder, reportParts } from './finish-call.js';

/**
 * Yields the results of a call one by one: in group order when all tasks have ended, since each may have a
 * group that comes first, or without order as the tasks end.
 */
export async function* streamRemote(
  begun: Begun,
  grouped: RemoteGroupBy<unknown>,
  over: AbortController,
): ResultStream {
  const { options } = begun;
  throwIfAborted(options.signal);
  const began = clock();
  const output = adapterFor(options.output === 'same' ? 'arrow' : options.output);
  await output.load?.();
  const remote = await openRemote(begun, RemoteGroupBy.parts(grouped));
  const isOrdered = options.returnAs === 'generator';
  // A call in order needs all parts at its end; the report of any other counts them without their rows.
  const kept: CollectedPart[] = [];
  for await (const part of partsOf(remote, over, isOrdered)) {
    if (isOrdered) {
      kept.push(part);
      continue;
    }
    yield* resultsOf(finishPart(remote, part), output, false);
    if (options.report) kept.push(withoutRows(part));
  }
  if (over.signal.aborted) return;
  if (!isOrdered) return reportParts(remote, kept, began);
  const finished = finishCall(remote, kept, began);
  yield* resultsOf(finished, output, true);
  await finished.report();
}

async function* resultsOf(
  { call, results }: Omit<FinishedCall, 'report'>,
  output: FrameAdapter,
  isWhole: boolean,
): ResultStream {
  const join = combinerOf(call, NO_SHARDS);
  for await (const segment of inOrder(results)) {
    for (const group of groupsOf(segment)) {
      throwIfAborted(call.options.signal);
      const { first } = group;
      const frame = output.fromArrow(join([{ segments: [group] }]));
      yield { key: call.source.key(first), index: isWhole ? first : -1, frame };
    }
  }
}

/**
 * Yields the parts of tasks as they come; the cluster waits while nobody takes them. Leaving the loop ends
 * the call.
 */
async function* partsOf(
  remote: RemoteCall,
  over: AbortController,
  isOrdered: boolean,
): AsyncGenerator<CollectedPart, void, undefined> {
  const { signal } = remote.begun.options;
  const queue = new ResultQueue<CollectedPart>(false);
  let [added, waiting] = [0, 0];
  let wake = () => {};
  over.signal.addEventListener('abort', () => wake(), { once: true });
  const events = {
    onPart(part: CollectedPart) {
      waiting++;
      queue.add(added++, part);
    },
    untilTaken: () =>
      new Promise<void>((resolve) => {
        wake = resolve;
        if (waiting === 0 || isOrdered || over.signal.aborted) resolve();
      }),
  };
  const running = collectGroups(remote, AbortSignal.any([signal, over.signal]), events).then(
    () => queue.close(),
    // After the loop was left, errors have no reader.
    (error: unknown) => queue.close(over.signal.aborted && !signal.aborted ? {} : { error }),
  );
  let hasAll = false;
  try {
    for (let next = await queue.next(); next; next = await queue.next()) {
      yield next.result;
      waiting--;
      if (waiting === 0) wake();
    }
    hasAll = true;
  } finally {
    if (!hasAll) over.abort();
    await running;
  }
}

const withoutRows = (part: CollectedPart): CollectedPart => ({
  ...part,
  results: part.results.map(({ segments, ...rest }) => ({ ...rest, segments: segments.map(withoutData) })),
});
