import { checkedWithDefaults, resolveWorkers, workerRules } from '../options/index.js';
import { warmPool } from '../run/index.js';
import { isInsideWorker, packageHome } from '../util/index.js';
import { FEWEST_WORKERS } from './group-call.js';
import { groupKernel } from './group-kernel.js';
import { OWN_FORMS } from './runs-alone.js';

/** Rows from which converting a frame takes about as long as starting workers, for each kind. */
const MANY_ROWS: { readonly [kind: string]: number } = {
  records: 100_000,
  danfo: 100_000,
  // Columns are only copied.
  columns: 1_000_000,
};

/**
 * Starts the workers that a call on the groups of a large frame will need, before this thread converts the
 * frame. Frames of Arrow need no conversion, so their workers start with the call.
 */
export function warmForGroups(frame: object, kind: string): void {
  const enough = MANY_ROWS[kind] ?? Number.POSITIVE_INFINITY;
  if (rowsOf(frame, kind) < enough || isInsideWorker() || packageHome === undefined) return;
  const { backend, workers } = resolveWorkers(checkedWithDefaults('groupby', {}, workerRules));
  if (backend !== 'threads') return;
  // The function is not known: if it imports modules, the threads are told to load them when it is.
  warmPool(Math.min(workers, FEWEST_WORKERS), groupKernel(OWN_FORMS.has(kind)));
}

function rowsOf(frame: object, kind: string): number {
  switch (kind) {
    case 'records':
      return (frame as readonly unknown[]).length;
    case 'danfo':
      return (frame as { readonly shape: readonly [rows: number] }).shape[0];
    case 'columns':
      return (Object.values(frame)[0] as { readonly length: number } | undefined)?.length ?? 0;
    default:
      return 0;
  }
}
