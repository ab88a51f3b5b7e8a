import { isPlainObject } from '../arrow/index.js';
import { ApplyError, type GroupKey } from '../errors.js';
import { adapterOf, isDanfoGroupby } from '../frame/index.js';
import { preview } from '../util/index.js';
import { CoGroup, DatasetCoGroup } from './cogroup/index.js';
import { danfoGroupBy } from './danfo-groupby.js';
import { framesSource, type GivenFrame, givenFrame } from './frames-source.js';
import type { GroupSource } from './group-source.js';
import { GroupBy } from './groupby.js';

/** Returns the groups of whatever a verb was given. */
export async function sourceOf(grouped: unknown, verb: string, signal: AbortSignal): Promise<GroupSource> {
  if (grouped instanceof GroupBy) return GroupBy.source(grouped);
  if (grouped instanceof CoGroup || grouped instanceof DatasetCoGroup) return coGroupSource(grouped, verb);
  if (isDanfoGroupby(grouped)) return GroupBy.source(danfoGroupBy(grouped));
  if (Array.isArray(grouped) || (isIterable(grouped) && adapterOf(grouped) === undefined)) {
    return framesSource(await collect(grouped, signal));
  }
  const isFrame = adapterOf(grouped) !== undefined;
  throw new ApplyError(
    'ERR_NOT_A_FRAME',
    isFrame
      ? `${verb} got a frame that is not grouped; write ${verb}(groupby(frame, key), fn)`
      : `${verb} expected groupby(frame, key), df.groupby([key]) or an iterable of [key, frame], got ${preview(grouped)}`,
  );
}

function coGroupSource(cogroup: object, verb: string): GroupSource {
  if (cogroup instanceof CoGroup && verb === 'applyParallel') return CoGroup.source(cogroup);
  throw new ApplyError(
    'ERR_INVALID_OPTION',
    `${verb} takes the groups of one frame; groups of several frames, made by cogroup, are for applyParallel`,
  );
}

type AnyIterable = Iterable<unknown> | AsyncIterable<unknown>;

function isIterable(value: unknown): value is AnyIterable {
  return (
    typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value)
  );
}

async function collect(grouped: AnyIterable, signal: AbortSignal): Promise<GivenFrame[]> {
  const entries: GivenFrame[] = [];
  for await (const item of grouped) {
    // Throwing inside the loop also closes the iterable.
    signal.throwIfAborted();
    const index = entries.length;
    const [key, frame] = isPair(item) ? item : [index, item];
    if (typeof key === 'symbol' || typeof key === 'function') {
      throw new ApplyError(
        'ERR_INVALID_OPTION',
        `group ${index} has the key ${preview(key)}; keys are plain values`,
      );
    }
    const adapter = adapterOf(frame);
    if (adapter === undefined) {
      throw new ApplyError(
        'ERR_NOT_A_FRAME',
        `group ${index} is ${preview(item)}; expected [key, frame] or a frame: a table, a DataFrame or an array of rows. ` +
          'To group an array of rows write groupby(rows, key)',
      );
    }
    if (index > 0 && adapter.kind !== entries[0].kind) {
      throw new ApplyError(
        'ERR_NOT_A_FRAME',
        `group ${index} is a frame of kind '${adapter.kind}', the groups before it are of kind '${entries[0].kind}'; give one kind`,
      );
    }
    entries.push({ key, ...givenFrame(adapter, frame) });
  }
  return entries;
}

/** Returns whether an item is `[key, frame]`. An array of two rows is a frame, not a pair. */
function isPair(item: unknown): item is [GroupKey, unknown] {
  return (
    Array.isArray(item) && item.length === 2 && !isPlainObject(item[0]) && adapterOf(item[1]) !== undefined
  );
}
