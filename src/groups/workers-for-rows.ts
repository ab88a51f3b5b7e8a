import { idleWorkers } from '../run/index.js';
import type { GroupCall } from './group-call.js';

/** Below this, one thread moves rows faster than any number of workers can agree on it. */
export const MANY_ROWS = 200_000;
/**
 * Rows times workers from which on workers are faster. Measured with two workers, which gain from a million
 * rows on; assumed for more.
 */
const MUCH_WORK = 2_000_000;

/**
 * Returns how many workers move the rows of a call, or 0 if this thread does it faster. Workers that still
 * start do not count: this thread ends before they have.
 */
export function workersForRows({
  source: { numRows },
  shipped,
  options,
}: Pick<GroupCall, 'source' | 'shipped' | 'options'>): number {
  const workers = shipped && numRows >= MANY_ROWS ? Math.min(idleWorkers(), options.workers) : 0;
  return workers > 1 && numRows * workers >= MUCH_WORK ? workers : 0;
}
