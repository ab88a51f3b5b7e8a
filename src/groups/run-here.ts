import type { Table } from 'apache-arrow';
import { adapterFor } from '../frame/index.js';
import { clock, hasWorkers, recordEnd, recordStart } from '../run/index.js';
import { onlyComputes } from '../ship/index.js';
import { isInsideWorker } from '../util/index.js';
import { combinerOf } from './combine-groups.js';
import { hasFewRows } from './few-rows.js';
import type { GroupCall } from './group-call.js';
import { type AnyGroupFunction, GroupKernel } from './group-kernel.js';
import type { GroupSource } from './group-source.js';
import { GroupBy } from './groupby.js';
import type { AnyApplyOptions } from './options.js';
import { CallRecord } from './report/index.js';
import type { ResolvedOptions } from './resolve-options.js';
import type { Verb } from './verb.js';
import { untilPrinted, warnOfUnknownColumns } from './warn-of-unknown-columns.js';
import { timed, withinTime } from './within-time.js';
import { expectedMs, learnHere } from './worker-choice.js';

/*
 * Runs calls of some microseconds in this thread, where nobody can tell the difference: the function only
 * computes (`ship/only-computes.ts`), is known from calls before to be done at once, and runs before the call
 * returns, on rows of its own. If anything goes wrong, the workers run the whole call again.
 *
 * A function that is not known yet runs here as well if there are few rows. Its loops must go through these,
 * and it is ended after some milliseconds.
 */

/** The most milliseconds that a call in this thread may be expected to take. */
const MOST_MS = 0.3;
/** The milliseconds after which the workers take a call that takes longer than expected. */
const PATIENCE_MS = 20;
/** The most milliseconds that a call on few rows may be expected to take while no workers run. */
const MOST_MS_ALONE = 3;
/** A larger table takes longer to split than a worker to be asked. */
const MOST_ROWS = 10_000;
/** The forms of groups that are plain values of the language. */
const PLAIN_FORMS = new Set(['columns', 'records']);

const BECAUSE =
  'this thread: the function only computes, and took less in earlier calls than to ask a worker';
const BECAUSE_FEW =
  'this thread: the function only computes, and is done with so few rows before workers could start';

/** A call that has run. */
export interface RunHere {
  /** Sends the report, and resolves to the frame. */
  finish(): Promise<unknown>;
}

/** Runs a call in this thread; returns undefined where workers have to run it. */
export function runHere(
  verb: Verb,
  grouped: unknown,
  fn: AnyGroupFunction,
  given: AnyApplyOptions,
  options: ResolvedOptions,
): RunHere | undefined {
  if (!options.mayUseFewer || typeof fn !== 'function' || !(grouped instanceof GroupBy)) return undefined;
  const source = GroupBy.source(grouped);
  const form = options.input === 'same' ? source.kind : options.input;
  if (source.numRows > MOST_ROWS || !PLAIN_FORMS.has(form) || wantsMore(given, options)) return undefined;
  const ms = expectedMs({ verb, fn, options, source });
  const isLight = ms !== undefined && ms <= MOST_MS;
  if (!isLight && !isSoonDone(ms, GroupBy.parts(grouped).table, source)) return undefined;
  if (isInsideWorker() || !onlyComputes(fn, !isLight)) return undefined;
  const call = { verb, source, fn, options, shipped: undefined, initializer: undefined, crew: {} };
  try {
    return run(call, form, isLight);
  } catch {
    // Workers tell what is wrong, as in any other call.
    return undefined;
  }
}

/** Tells whether any function is done with these rows before workers could start. */
function isSoonDone(ms: number | undefined, table: Table, { count }: GroupSource): boolean {
  if (ms !== undefined && (ms > MOST_MS_ALONE || hasWorkers())) return false;
  return hasFewRows(table) && count <= table.numRows;
}

/** Tells whether a call has options that need workers, or time. */
function wantsMore(
  { cache, memoryLimit, spillTo }: AnyApplyOptions,
  { progress, initializer, timeout, retries, signal, to, output }: ResolvedOptions,
): boolean {
  const others = [cache, memoryLimit, spillTo, initializer, timeout, retries, to];
  const isPlain = output === 'same' || output === 'arrow' || PLAIN_FORMS.has(output);
  return progress !== false || signal.aborted || !isPlain || others.some((each) => each !== undefined);
}

function run(call: GroupCall, form: string, isLight: boolean): RunHere | undefined {
  const { source, options, fn, verb } = call;
  const began = clock();
  const { seed, schema } = options;
  const shards = source.split();
  const record = new CallRecord(source, 1, options.report, began);
  record.chose(1, isLight ? BECAUSE : BECAUSE_FEW);
  const combineResults = combinerOf(call, shards);
  record.lap('split');
  const keys = Array.from({ length: source.count }, (_, group) => source.key(group));
  const watched = isLight ? undefined : timed(fn);
  const work = {
    ...shards,
    others: undefined,
    fn: watched?.fn ?? fn,
    keys,
    firstIndex: 0,
    form,
    seed,
    schema,
    expects: verb.expects,
  };
  const kernel = new GroupKernel(work);
  const { signal } = new AbortController();
  const { timings } = record;
  const start = performance.now();
  /** Returns false if the workers must run the groups. */
  const runAll = (): boolean => {
    for (let group = 0; group < source.count; group++) {
      if (timings) recordStart(timings, group, 0, clock());
      if (kernel.run(group, signal) !== undefined) return false;
      if (timings) recordEnd(timings, group, clock());
      if (performance.now() - start > PATIENCE_MS && group < source.count - 1) {
        learnHere(call, PATIENCE_MS);
        return false;
      }
    }
    return true;
  };
  if (!(watched ? withinTime(PATIENCE_MS, runAll) : runAll())) return undefined;
  const results = kernel.take();
  // A first call takes longer, since it also compiles code of this package.
  learnHere(call, watched?.busyMs() ?? performance.now() - start);
  // The workers' call warns of it.
  if (results.undefineds) return undefined;
  record.lap('apply');
  const table = combineResults([results]);
  const frame = adapterFor(options.output === 'same' ? source.kind : options.output).fromArrow(table);
  record.lap('combine');
  for (const segment of results.segments) record.count(segment);
  const hasWarned = warnOfUnknownColumns(call);
  const finish = async () => {
    if (hasWarned) await untilPrinted();
    await record.send([]);
    return frame;
  };
  return { finish };
}
