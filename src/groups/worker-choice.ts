import type { ShippedFunction } from '../ship/index.js';
import type { GroupCall } from './group-call.js';
import { rowsOf } from './progress.js';

/*
 * Decides how many workers begin a call, where the user left that to this package. A worker costs the call
 * some tenths of a millisecond; work that takes less is done sooner by fewer. How long the function takes is
 * known from its calls before. If it takes longer this time, the other workers follow (`Job.beginners`).
 */

/** The milliseconds of work from which one more worker pays. Measured with two workers on two cores. */
const WORTH_MS = 1;
/** A choice stands until the estimate is off by this factor, so that it does not change from call to call. */
const TOLERANCE = 1.5;
/** How many functions are known at a time, and the length of code from which a function is not noted. */
const MOST_KNOWN = 1000;
const MOST_CODE = 20_000;

/** How long a function took in its calls before. */
interface Experience {
  readonly msPerGroup: number;
  readonly msPerRow: number;
  /** The rows of the largest group so far. */
  readonly mostRows: number;
  readonly workers: number;
}

/** Source of functions, alone or with that of all that they use -> how long they took. */
const experiences = new Map<string, Experience>();

export interface WorkerChoice {
  /** How many workers begin. */
  readonly beginners: number;
  /** The reason, for people; undefined where the user or the number of groups decides. */
  readonly why?: string;
  /** Takes the milliseconds that all workers took for the function. */
  learn(busyMs: number): void;
}

/** Chooses how many of at most `most` workers begin a call that runs all its groups. */
export function chooseWorkers(call: GroupCall, shipped: ShippedFunction, most: number): WorkerChoice {
  const { options } = call;
  if (!options.mayUseFewer || sharesState(shipped)) return { beginners: most, learn() {} };
  const code = codeOf(shipped, call);
  const known = experiences.get(code);
  const ms = known && expected(known, call);
  const beginners = ms === undefined ? most : workersFor(ms, most, known?.workers);
  return {
    beginners,
    why:
      ms !== undefined && beginners < most
        ? `about ${ms.toFixed(ms < 10 ? 1 : 0)} ms of work, by earlier calls of this function`
        : undefined,
    learn(busyMs) {
      for (const key of [code, textOf(call)]) experience(key, call, busyMs, beginners);
    },
  };
}

/** The part of a call that tells how much work it is. */
type Work = Pick<GroupCall, 'verb' | 'fn' | 'options' | 'source'>;

/** The work of a group may grow with the square or the cube of its rows, so larger ones are not known. */
const MOST_GROWTH = 4;

/**
 * Returns the milliseconds that the groups of a call may take in one thread; undefined if nothing is known of
 * groups about as large.
 */
export function expectedMs(work: Work): number | undefined {
  const known = experiences.get(textOf(work));
  return known && largest(work) <= known.mostRows * MOST_GROWTH ? expected(known, work) : undefined;
}

/** Takes the milliseconds that the groups of a call took in this thread. */
export function learnHere(work: Work, busyMs: number): void {
  experience(textOf(work), work, busyMs, 1);
}

const largest = ({ source }: Pick<Work, 'source'>): number =>
  source.sizes.reduce((most, size) => Math.max(most, size), 1);

const expected = ({ msPerGroup, msPerRow }: Experience, { source }: Pick<Work, 'source'>): number =>
  Math.max(msPerGroup * source.count, msPerRow * rowsOf(source));

function experience(key: string, work: Pick<Work, 'source'>, busyMs: number, workers: number): void {
  const { source } = work;
  if (source.count === 0 || key.length > MOST_CODE) return;
  const before = experiences.get(key);
  const rows = rowsOf(source);
  const msPerGroup = smoothed(before?.msPerGroup, busyMs / source.count);
  const msPerRow = rows > 0 ? smoothed(before?.msPerRow, busyMs / rows) : (before?.msPerRow ?? 0);
  if (experiences.size >= MOST_KNOWN) experiences.clear();
  const mostRows = Math.max(largest(work), before?.mostRows ?? 0);
  experiences.set(key, { msPerGroup, msPerRow, mostRows, workers });
}

/** Follows downwards at once, since first calls compile the function, and upwards by half. */
const smoothed = (before: number | undefined, now: number): number =>
  before === undefined || now < before ? now : (before + now) / 2;

function workersFor(ms: number, most: number, before: number | undefined): number {
  const pays = (worth: number) => Math.max(1, Math.min(most, Math.ceil(ms / worth)));
  if (before !== undefined && before >= pays(WORTH_MS * TOLERANCE) && before <= pays(WORTH_MS / TOLERANCE)) {
    return before;
  }
  return pays(WORTH_MS);
}

/**
 * Tells whether groups may wait for each other, through locks, queues or shared memory: then fewer workers
 * than the user has cores could wait forever.
 */
const sharesState = ({ nodes }: ShippedFunction): boolean =>
  nodes.some(({ kind }) => kind === 'codec' || kind === 'shared');

/** Returns a text that is the same for calls of functions with one source, whatever variables they use. */
const textOf = ({ fn, verb, options }: Pick<Work, 'fn' | 'verb' | 'options'>): string =>
  [verb.name, options.input, Function.prototype.toString.call(fn)].join('\n');

/** Returns a text that is the same for calls that run the same code in the same way. */
function codeOf({ nodes }: ShippedFunction, { verb, options }: GroupCall): string {
  const parts = nodes.map((node) => {
    if (node.kind === 'function') return node.source;
    return node.kind === 'module' ? `${node.id}#${node.path.join('.')}` : '';
  });
  return [verb.name, options.input, ...parts].join('\n');
}
