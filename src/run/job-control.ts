import { clock } from './clock.js';

/**
 * The numbers that all workers of a job share. Workers claim positions by adding to one counter, which takes
 * nanoseconds and balances the load: a free worker takes the next positions.
 */
export interface JobControl {
  readonly words: Int32Array;
  /** The weight each worker has finished; a worker writes its own element only. */
  readonly weight: Float64Array;
  /** The milliseconds each worker has spent on its claims; a worker writes its own element only. */
  readonly busy: Float64Array;
  /** The time, by {@link clock}, from which the STARTED_AT words count. */
  readonly epoch: number;
}

/** The next position to claim. */
const NEXT = 0;
const STOPPED = 1;
const PAUSED = 2;
/** Positions from this one on are not wanted. */
const END = 3;
const HEADER = 4;

/** The position a worker runs, plus one. Negative once that position is finished; 0 for none. */
const POSITION = 0;
/** When the worker started that position, in milliseconds since the epoch of the control. */
const STARTED_AT = 1;
/** The claim whose results the worker has not sent yet: CLAIM_FROM … CLAIM_TO-1. */
const CLAIM_FROM = 2;
const CLAIM_TO = 3;
/** How many indices the worker has finished. */
const DONE = 4;
const WORDS_PER_WORKER = 5;

/** Creates the control of a job, or of the rest of one from position `first` on. */
export function createControl(workers: number, first = 0, epoch = clock()): JobControl {
  const words = new Int32Array(new SharedArrayBuffer((HEADER + workers * WORDS_PER_WORKER) * 4));
  words[NEXT] = first;
  words[END] = 2 ** 31 - 1;
  const numbers = new SharedArrayBuffer(workers * 16);
  return {
    words,
    weight: new Float64Array(numbers, 0, workers),
    busy: new Float64Array(numbers, workers * 8),
    epoch,
  };
}

const slotOf = (worker: number): number => HEADER + worker * WORDS_PER_WORKER;

/** Ends the job: workers start no further position. */
export function stopJob({ words }: JobControl): void {
  Atomics.store(words, STOPPED, 1);
}
export const isStopped = ({ words }: JobControl): boolean => Atomics.load(words, STOPPED) === 1;

/** Ends claiming in this pass; a new pass has a control of its own. Workers finish what they have claimed. */
export function pausePass({ words }: JobControl): void {
  Atomics.store(words, PAUSED, 1);
}
export const isPaused = ({ words }: JobControl): boolean => Atomics.load(words, PAUSED) === 1;

/** Makes positions from this one on unwanted. Never raises the end: the lowest of several calls wins. */
export function truncate({ words }: JobControl, position: number): void {
  for (let end = Atomics.load(words, END); position < end; ) {
    const found = Atomics.compareExchange(words, END, end, position);
    if (found === end) return;
    end = found;
  }
}
export const isWanted = ({ words }: JobControl, position: number): boolean =>
  position < Atomics.load(words, END);

/** Returns how many wanted positions of 0 … count-1 nobody has claimed yet. */
export const unclaimedCount = ({ words }: JobControl, count: number): number =>
  Math.max(0, Math.min(count, Atomics.load(words, END)) - Atomics.load(words, NEXT));

/** Tells whether a worker has claimed anything since position `first`, where the control began. */
export const hasClaims = ({ words }: JobControl, first: number): boolean => Atomics.load(words, NEXT) > first;

/** The positions from … to-1. */
export interface Claim {
  readonly from: number;
  readonly to: number;
}

/** Claims the next `size` positions for a worker. Returns undefined if none is left. */
export function claim({ words }: JobControl, worker: number, size: number, count: number): Claim | undefined {
  // Checked first, and never added more than `count`: repeated claims must not overflow the counter.
  if (Atomics.load(words, NEXT) >= Math.min(count, Atomics.load(words, END))) return undefined;
  const from = Atomics.add(words, NEXT, Math.min(size, count));
  if (from >= count) return undefined;
  const to = Math.min(from + size, count);
  const slot = slotOf(worker);
  Atomics.store(words, slot + CLAIM_FROM, from);
  Atomics.store(words, slot + CLAIM_TO, to);
  return { from, to };
}

/** Records that a worker starts a position, at the time `at` by {@link clock} if anyone measures it. */
export function markStarted(
  { words, epoch }: JobControl,
  worker: number,
  position: number,
  at = epoch,
): void {
  const slot = slotOf(worker);
  // Rounded up, so that no timeout ends early. The word wraps after 25 days; differences survive that.
  Atomics.store(words, slot + STARTED_AT, Math.ceil(at - epoch));
  Atomics.store(words, slot + POSITION, position + 1);
}

/**
 * Returns the position that a worker has been running for longer than `limit` milliseconds, if there is one.
 */
export function overduePosition(
  { words, epoch }: JobControl,
  worker: number,
  limit: number,
): number | undefined {
  const slot = slotOf(worker);
  const position = Atomics.load(words, slot + POSITION);
  const startedAt = Atomics.load(words, slot + STARTED_AT);
  // The worker may go on to its next position between the two loads; then the time is not this position's.
  const isSame = position > 0 && Atomics.load(words, slot + POSITION) === position;
  const elapsed = ((Math.floor(clock() - epoch) | 0) - startedAt) | 0;
  return isSame && elapsed > limit ? position - 1 : undefined;
}

/** Records that a worker has finished the position it runs, with or without success. */
export function markFinished({ words, weight }: JobControl, worker: number, weightDone: number): void {
  const slot = slotOf(worker);
  Atomics.store(words, slot + POSITION, -Math.abs(Atomics.load(words, slot + POSITION)));
  Atomics.add(words, slot + DONE, 1);
  weight[worker] += weightDone;
}

/** Takes one {@link markFinished} out of the count, for an index that will run again. */
export function uncountFinished({ words, weight }: JobControl, worker: number, weightDone: number): void {
  Atomics.sub(words, slotOf(worker) + DONE, 1);
  weight[worker] -= weightDone;
}

/** Records how long a worker took for a claim. */
export function recordBusy({ busy }: JobControl, worker: number, milliseconds: number): void {
  busy[worker] += milliseconds;
}

/** Returns how long all workers have taken for their claims, in milliseconds. */
export const busyOf = ({ busy }: JobControl): number => busy.reduce((sum, ms) => sum + ms, 0);

/** Empties a worker's claim: its results were sent, or another thread takes the worker's place. */
export function clearClaim({ words }: JobControl, worker: number): void {
  const slot = slotOf(worker);
  Atomics.store(words, slot + CLAIM_TO, Atomics.load(words, slot + CLAIM_FROM));
  Atomics.store(words, slot + POSITION, 0);
}

/**
 * Returns what a worker was doing when it ended: its position (-1 for none), whether it had finished that,
 * and its claim, whose results are lost with the worker.
 */
export function lastActivity({ words }: JobControl, worker: number) {
  const slot = slotOf(worker);
  const position = Atomics.load(words, slot + POSITION);
  return {
    position: Math.abs(position) - 1,
    isFinished: position < 0,
    from: Atomics.load(words, slot + CLAIM_FROM),
    to: Atomics.load(words, slot + CLAIM_TO),
  };
}

/** The values of one worker's words. */
export interface Activity {
  /** See POSITION. */
  readonly position: number;
  readonly startedAt: number;
  readonly from: number;
  readonly to: number;
  readonly done: number;
  readonly weight: number;
}

/** Reads a worker's words, for a process that does not share them. */
export function activityOf({ words, weight }: JobControl, worker: number): Activity {
  const slot = slotOf(worker);
  return {
    position: Atomics.load(words, slot + POSITION),
    startedAt: Atomics.load(words, slot + STARTED_AT),
    from: Atomics.load(words, slot + CLAIM_FROM),
    to: Atomics.load(words, slot + CLAIM_TO),
    done: Atomics.load(words, slot + DONE),
    weight: weight[worker],
  };
}

/** Writes the words of a worker that cannot write them itself. */
export function setActivity({ words, weight }: JobControl, worker: number, activity: Activity): void {
  const slot = slotOf(worker);
  Atomics.store(words, slot + STARTED_AT, activity.startedAt);
  Atomics.store(words, slot + CLAIM_FROM, activity.from);
  Atomics.store(words, slot + CLAIM_TO, activity.to);
  Atomics.store(words, slot + DONE, activity.done);
  Atomics.store(words, slot + POSITION, activity.position);
  weight[worker] = activity.weight;
}

/** Returns how many indices all workers have finished, and their weight. */
export function progressOf({ words, weight }: JobControl) {
  let count = 0;
  for (let slot = HEADER; slot < words.length; slot += WORDS_PER_WORKER) {
    count += Atomics.load(words, slot + DONE);
  }
  return { count, weight: weight.reduce((sum, value) => sum + value, 0) };
}
