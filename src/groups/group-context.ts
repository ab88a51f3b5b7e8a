import type { GroupKey } from '../errors.js';
import type { GroupContext } from './options.js';
import { randomOf } from './random.js';

/** What a function has read of its context, beside the key. */
export interface ContextUse {
  usedIndex: boolean;
  usedRandom: boolean;
}

/**
 * Returns the last argument of the user's function: plain properties, so that `{ ...context }` has them all.
 * Random numbers are made on first use, because most functions want none.
 *
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
