import type { GroupCall } from './group-call.js';

/** The functions that a warning has named. A call on an iterable runs one on many waves of batches. */
const warned = new WeakSet<object>();

/** Warns once that a function returned undefined for every group; returns whether it did. */
export function warnOfUndefined({ fn, verb }: Pick<GroupCall, 'fn' | 'verb'>): boolean {
  if (warned.has(fn)) return false;
  warned.add(fn);
  const name = fn.name ? `the function ${fn.name}` : 'the function';
  const unit = verb.unit === 'batch' ? 'batch' : 'group';
  process.emitWarning(
    `${verb.name}: ${name} returned undefined for every ${unit}, so the result has no rows. ` +
      'Did you forget to return? An arrow function with braces needs the word; return null if nothing is meant.',
    { code: 'APPLY_PARALLEL_NO_RESULT' },
  );
  return true;
}
