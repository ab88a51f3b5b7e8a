import { nearest } from '../options/index.js';
import { membersOfRows } from '../ship/index.js';
import { TextCache } from '../util/index.js';
import { formOf, type GroupCall } from './group-call.js';

/** Node prints warnings in the next tick; a cell of a notebook would be over by then. */
export const untilPrinted = () => new Promise<void>((resolve) => process.nextTick(resolve));

/** The sources of functions that have been looked at: programs make the same closure for each call. */
const seen = new TextCache<true>(1000);
/** Longer sources are generated, and take long to look at. */
const LONGEST = 50_000;

/**
 * Warns once of a misspelled column that a function reads from row objects. Such a read gives undefined, and
 * results full of NaN, where the other forms throw. Only the function's own code is looked at. Returns
 * whether it warned.
 */
export function warnOfUnknownColumns(call: GroupCall): boolean {
  const { fn, verb, source } = call;
  if (formOf(call) !== 'records') return false;
  const text = Function.prototype.toString.call(fn);
  if (text.length > LONGEST || seen.has(text)) return false;
  seen.get(text, () => true);
  const columns = source.schema.fields.map(({ name }) => name);
  const known = new Set(columns);
  let hasWarned = false;
  for (const name of membersOfRows(text)) {
    if (known.has(name) || name in Object.prototype || name in Array.prototype) continue;
    const near = nearest(name, columns);
    if (near === undefined) continue;
    hasWarned = true;
    process.emitWarning(
      `${verb.name}: ${fn.name ? `the function ${fn.name}` : 'the function'} reads '${name}' of its rows, and no ` +
        `row has it; did you mean '${near}'? Write row.${name} ?? null if it may be absent.`,
      { code: 'APPLY_PARALLEL_UNKNOWN_COLUMN' },
    );
  }
  return hasWarned;
}
