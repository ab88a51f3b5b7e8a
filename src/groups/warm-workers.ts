import { checkedWithDefaults, resolveWorkers, workerRules } from '../options/index.js';
import { warmPool } from '../run/index.js';
import { isInsideWorker, packageHome } from '../util/index.js';
import { FEWEST_WORKERS } from './group-call.js';
import { groupKernel } from './group-kernel.js';
import { OWN_FORMS } from './runs-alone.js';

/** Rows from which converting a frame takes about as long as starting workers. */
const MANY_ROWS = 100_000;

/**
 * Starts the workers that a call on the groups of a large frame will need, before this thread converts the
 * frame. Frames of Arrow and of columns need no conversion, so their workers start with the call.
 */
export function warmForGroups(frame: object, kind: string): void {
  if (rowsOf(frame, kind) < MANY_ROWS || isInsideWorker() || packageHome === undefined) return;
  const { backend, workers } = resolveWorkers(checkedWithDefaults('groupby', {}, workerRules));
  if (backend !== 'threads') return;
  // The function is not known: if it imports modules, the threads are told to load them when it is.
  warmPool(Math.min(workers, FEWEST_WORKERS), groupKernel(OWN_FORMS.has(kind)));
}

function rowsOf(frame: object, kind: string): number {
  if (kind === 'records') return (frame as readonly unknown[]).length;
  return kind === 'danfo' ? (frame as { readonly shape: readonly [rows: number] }).shape[0] : 0;
}
