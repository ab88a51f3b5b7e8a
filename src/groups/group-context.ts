import { ApplyError, type GroupKey } from '../errors.js';
import type { GroupContext } from './options.js';
import { randomOf } from './random.js';

/** Tells which members of its context a function has read. */
export interface ContextUse {
  usedIndex: boolean;
  usedRandom: boolean;
}

/**
 * Returns the last argument of the user's function: plain properties, so that `{ ...context }` has them all.
 * Random numbers are made on first use, because most functions want none.
 *
 * @param index NaN where nobody knows it
 * @param use notes what the function reads; without it, nobody asks
 */
export function contextOf(
  key: GroupKey,
  index: number,
  signal: AbortSignal,
  seed: string,
  use?: ContextUse,
): GroupContext {
  let next: (() => number) | undefined;
  const random = () => {
    next ??= randomOf(seed, key);
    return next();
  };
  if (Number.isNaN(index)) return withoutIndex({ key, signal, random });
  if (use === undefined) return { key, index, signal, random };
  return {
    key,
    get index() {
      use.usedIndex = true;
      return index;
    },
    signal,
    random() {
      use.usedRandom = true;
      return random();
    },
  };
}

/** Returns a context whose index throws when it is read; `{ ...context }` leaves it out. */
function withoutIndex(known: Omit<GroupContext, 'index'>): GroupContext {
  return Object.defineProperty({ ...known, index: Number.NaN }, 'index', {
    enumerable: false,
    get() {
      throw new ApplyError(
        'ERR_UNSUPPORTED',
        'context.index is not known on a cluster, which runs the groups of a remote frame in no order; ' +
          'use context.key',
      );
    },
  });
}
