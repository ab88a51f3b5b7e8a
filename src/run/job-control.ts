import { clock } from './clock.js';

/**
 * The few numbers all workers of a job share. Workers claim work by adding to one counter, which costs nanoseconds and balances
 * itself: whoever is free takes the next.
 */
export interface JobControl {
  readonly words: Int32Array;
  /** Work done by each worker; each writes its own place only. */
  readonly weight: Float64Array;
  /** The moment, by {@link clock}, from which SINCE counts. */
  readonly epoch: number;
}

const NEXT = 0;
const STOP = 1;
const PAUSE = 2;
const END = 3;
const HEADER = 4;
/**
 * A worker's words. AT: the position it works on, plus one; negative once that is finished; 0 for none. SINCE: when it began with that,
 * in milliseconds. The positions it has claimed and not delivered. How many indices it has finished.
 */
const AT = 0;
const SINCE = 1;
const CLAIM_FROM = 2;
const CLAIM_TO = 3;
const DONE = 4;
const WORDS_PER_WORKER = 5;

/** JobControl of a job, or of what is left of it from position `first` on. */
export function createControl(workers: number, first = 0): JobControl {
  const words = new Int32Array(new SharedArrayBuffer((HEADER + workers * WORDS_PER_WORKER) * 4));
  words[NEXT] = first;
  words[END] = 2 ** 31 - 1;
  return { words, weight: new Float64Array(new SharedArrayBuffer(workers * 8)), epoch: clock() };
}

const slotOf = (worker: number): number => HEADER + worker * WORDS_PER_WORKER;

export const stop = ({ words }: JobControl): void => void Atomics.store(words, STOP, 1);
export const isStopped = ({ words }: JobControl): boolean => Atomics.load(words, STOP) === 1;

/** Nothing is claimed any more until the job goes on in a new round. */
export const pause = ({ words }: JobControl): void => void Atomics.store(words, PAUSE, 1);
export const isPaused = ({ words }: JobControl): boolean => Atomics.load(words, PAUSE) === 1;

/** Positions from this one on are not wanted any more. */
export function cut({ words }: JobControl, position: number): void {
  for (let end = Atomics.load(words, END); position < end; ) {
    const found = Atomics.compareExchange(words, END, end, position);
    if (found === end) return;
    end = found;
  }
}
export const isWanted = ({ words }: JobControl, position: number): boolean =>
  position < Atomics.load(words, END);

/** How many positions that are wanted nobody has claimed yet. */
export const unclaimed = ({ words }: JobControl, count: number): number =>
  Math.max(0, Math.min(count, Atomics.load(words, END)) - Atomics.load(words, NEXT));

/** Positions from … to-1. */
export interface Claim {
  readonly from: number;
  readonly to: number;
}

/** The next `size` positions for a worker; undefined when none is left. */
export function claim({ words }: JobControl, worker: number, size: number, count: number): Claim | undefined {
  // Never by more than there are, nor when none is left: the counter must not run over.
  if (Atomics.load(words, NEXT) >= Math.min(count, Atomics.load(words, END))) return undefined;
  const from = Atomics.add(words, NEXT, Math.min(size, count));
  if (from >= count) return undefined;
  const to = Math.min(from + size, count);
  const slot = slotOf(worker);
  Atomics.store(words, slot + CLAIM_FROM, from);
  Atomics.store(words, slot + CLAIM_TO, to);
  return { from, to };
}

/** `at` is the time by {@link clock}, where anybody wants to know. */
export function begin({ words, epoch }: JobControl, worker: number, position: number, at = epoch): void {
  const slot = slotOf(worker);
  // Rounded up: a limit is never over before its time. The word runs over after 25 days, which differences stand.
  Atomics.store(words, slot + SINCE, Math.ceil(at - epoch));
  Atomics.store(words, slot + AT, position + 1);
}

/** The position a worker has been at for longer than `limit` milliseconds; undefined where there is none. */
export function overdue({ words, epoch }: JobControl, worker: number, limit: number): number | undefined {
  const slot = slotOf(worker);
  const at = Atomics.load(words, slot + AT);
  const since = Atomics.load(words, slot + SINCE);
  // It may have gone on to the next in between.
  const isStill = at > 0 && Atomics.load(words, slot + AT) === at;
  const elapsed = ((Math.floor(clock() - epoch) | 0) - since) | 0;
  return isStill && elapsed > limit ? at - 1 : undefined;
}

export function finish({ words, weight }: JobControl, worker: number, weightDone: number): void {
  const slot = slotOf(worker);
  Atomics.store(words, slot + AT, -Math.abs(Atomics.load(words, slot + AT)));
  Atomics.add(words, slot + DONE, 1);
  weight[worker] += weightDone;
}

/** The index worked on is to be done over: takes back what {@link finish} counted. */
export function unfinish({ words, weight }: JobControl, worker: number, weightDone: number): void {
  Atomics.sub(words, slotOf(worker) + DONE, 1);
  weight[worker] -= weightDone;
}

/** The results of the worker's claim are on their way; or a new worker takes the place of one that ended. */
export function release({ words }: JobControl, worker: number): void {
  const slot = slotOf(worker);
  Atomics.store(words, slot + CLAIM_TO, Atomics.load(words, slot + CLAIM_FROM));
  Atomics.store(words, slot + AT, 0);
}

/**
 * What a worker was doing when it ended: the position it was at, -1 for none, whether that was finished already, and the claim
 * whose results are lost with it.
 */
export function lastSeen({ words }: JobControl, worker: number) {
  const slot = slotOf(worker);
  const at = Atomics.load(words, slot + AT);
  return {
    position: Math.abs(at) - 1,
    isFinished: at < 0,
    from: Atomics.load(words, slot + CLAIM_FROM),
    to: Atomics.load(words, slot + CLAIM_TO),
  };
}

export function progressOf({ words, weight }: JobControl) {
  let count = 0;
  for (let slot = HEADER; slot < words.length; slot += WORDS_PER_WORKER) {
    count += Atomics.load(words, slot + DONE);
  }
  return { count, weight: weight.reduce((sum, value) => sum + value, 0) };
}
