import { describeError, reviveError } from '../../values/index.js';
import { BatchSizer } from '../batch-sizer.js';
import type { LoopEnd } from '../claim-loop.js';
import type { WorkerDeath } from '../death-kinds.js';
import {
  type Activity,
  activityOf,
  type Claim,
  claim,
  isPaused,
  isStopped,
  pausePass,
  setActivity,
  unclaimedCount,
} from '../job-control.js';
import { noteLogs } from '../received-logs.js';
import { countDelivery } from '../result-backlog.js';
import type { ProgressMessage, Task, TaskParams } from '../task.js';
import { recordStart } from '../timings.js';
import type { Child } from './child.js';
import type { ChildPool } from './child-pool.js';
import type { KernelBytes } from './kernel-bytes.js';
import type { ApartKernelSource, ClaimTimes, FromChild } from './messages.js';

/** The least time a child stays with one job while another waits. */
const SLICE_MS = 100;
/** The run time to aim at for a claim: a claim costs about half a millisecond. */
const CLAIM_MS = 30;
/** A claim that takes less than this is followed by the next one before its results are back. */
const SHORT_MS = 100;

let tasks = 0;

/**
 * One child's task in a pass. The child cannot reach the job's control: this claims for it, and sends each
 * claim with what its indices need.
 */
export class ProcessTask implements Task {
  readonly end: Promise<LoopEnd | WorkerDeath>;
  readonly #params: TaskParams;
  readonly #kernel: KernelBytes;
  readonly #onMessage: (message: ProgressMessage) => void;
  readonly #number = ++tasks;
  readonly #sizer: BatchSizer;
  /** The claims that are not delivered, in their order. The child runs the first. */
  #claims: Claim[] = [];
  readonly #sent = new Set<unknown>();
  /** The worker's words before this task. */
  readonly #before: Activity;
  #child: Child | undefined;
  #isStopped = false;
  #isOver = false;
  #isLeaving = false;
  #dying: Extract<FromChild, { type: 'dying' }> | undefined;
  #settle: (end: LoopEnd | WorkerDeath) => void = () => {};
  #sliceEnd = 0;
  #lastMs = Number.POSITIVE_INFINITY;

  constructor(
    readonly pool: ChildPool,
    kernel: KernelBytes,
    params: TaskParams,
    onMessage: (message: ProgressMessage) => void,
  ) {
    this.#params = params;
    this.#kernel = kernel;
    this.#onMessage = onMessage;
    this.#sizer = new BatchSizer(params.workers, params.batchSize, CLAIM_MS);
    this.#before = activityOf(params.control, params.worker);
    this.end = new Promise((resolve) => {
      this.#settle = resolve;
    });
    pool.acquire().then(
      (child) => this.#begin(child),
      (error: unknown) => this.#finish({ error, isIndexToBlame: true, wasAnnounced: false }),
    );
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#child && !this.#isOver) this.#child.send({ type: 'stop' });
    this.#leave('done');
  }

  kill(): void {
    if (!this.#isOver) this.#child?.kill();
  }

  refresh(): void {
    const activity = this.#isOver ? undefined : this.#child?.activity();
    if (activity?.number === this.#number) this.#note(activity);
  }

  /** Writes what the child has told last into the words of the job. */
  #note({ position, startedAt, from, to, done, weight }: Activity): void {
    const { control, worker } = this.#params;
    const running = this.#claims[0] as Claim | undefined;
    // The child has not begun the claim, or has delivered it.
    const isRunning = running !== undefined && running.from === from && from < to;
    setActivity(control, worker, {
      startedAt,
      from: running?.from ?? from,
      to: running?.to ?? from,
      position: isRunning ? position : 0,
      done: this.#before.done + done,
      weight: this.#before.weight + weight,
    });
  }

  #begin(child: Child): void {
    if (this.#isStopped) {
      this.pool.release(child);
      this.#finish('done');
      return;
    }
    this.#child = child;
    child.onMessage = (message) => this.#receive(message);
    child.once('exit', this.#onExit);
    this.#sliceEnd = performance.now() + SLICE_MS;
    const { control, worker, untilFailure, retriesLeft, isTimed, timings } = this.#params;
    try {
      this.#kernel.sendTo(child);
      child.send({
        type: 'task',
        number: this.#number,
        worker,
        epoch: control.epoch,
        untilFailure,
        retriesLeft,
        isTimed,
        timed: timings?.began.length,
        cwd: process.cwd(),
        argv: process.argv,
      });
      this.#giveClaims();
    } catch (error) {
      this.#breakOff(error);
    }
  }

  /** Ends the task because of an error in this process. */
  #breakOff(error: unknown): void {
    this.#onMessage({ type: 'broken', error: describeError(error) });
    // It may wait for a claim that could not be written.
    this.#leave('done');
  }

  #receive(message: FromChild): void {
    switch (message.type) {
      case 'ready':
      case 'stray-error':
        break;
      case 'dying':
        this.#dying = message;
        break;
      case 'end':
        if (message.logs && this.#child) {
          noteLogs({ ...message.logs, threadId: this.#child.threadId });
        }
        this.refresh();
        this.#noteSpoiled(message.isSpoiled);
        this.#finish(message.why);
        break;
      case 'results':
      case 'rerun': {
        const { ms, times, isSpoiled, ...plain } = message;
        this.#noteSpoiled(isSpoiled);
        this.#settleClaim(message.claimed, ms, times);
        this.#onMessage(plain as ProgressMessage);
        this.#guarded(() => this.#giveClaims());
        break;
      }
      default:
        this.#onMessage(message);
    }
  }

  #noteSpoiled(isSpoiled: boolean): void {
    if (isSpoiled && this.#child) this.#child.isSpoiled = true;
  }

  #settleClaim({ from, to }: Claim, ms: number, times: ClaimTimes | undefined): void {
    this.#claims = this.#claims.filter((each) => each.from !== from);
    this.#sizer.record(to - from, ms);
    this.#lastMs = ms;
    this.refresh();
    const { timings, backlog, control, worker } = this.#params;
    if (backlog && countDelivery(backlog)) pausePass(control);
    if (!timings || !times) return;
    for (let position = from; position < to; position++) {
      const index = this.#indexAt(position);
      timings.began[index] = times.began[position - from];
      timings.took[index] = times.took[position - from];
      timings.worker[index] = worker;
    }
  }

  #guarded(body: () => void): void {
    try {
      body();
    } catch (error) {
      this.#breakOff(error);
    }
  }

  /** Gives the child the next claim, and one more while claims are short, so that it need not wait. */
  #giveClaims(): void {
    if (this.#isLeaving) return;
    const ahead = this.#lastMs < SHORT_MS ? 2 : 1;
    while (this.#claims.length < ahead) {
      const next = this.#nextClaim();
      if (typeof next === 'string') {
        if (this.#claims.length === 0) this.#leave(next);
        return;
      }
      this.#send(next);
    }
  }

  #nextClaim(): Claim | LoopEnd {
    const { control, worker, count } = this.#params;
    if (this.#isStopped || isStopped(control)) return 'done';
    if (isPaused(control)) return 'paused';
    if (this.#child?.isSpoiled) return 'yielded';
    if (this.pool.isWanted && performance.now() > this.#sliceEnd) return 'yielded';
    return claim(control, worker, this.#sizer.next(unclaimedCount(control, count)), count) ?? 'done';
  }

  #send(claimed: Claim): void {
    const child = this.#child as Child;
    this.#claims.push(claimed);
    const { from, to } = claimed;
    const indices = Int32Array.from({ length: to - from }, (_, k) => this.#indexAt(from + k));
    const part = this.#source.partOf(indices, { task: this.#sent, child: child.sent });
    child.send({ type: 'claim', from, to, indices, part });
  }

  get #source(): ApartKernelSource {
    return this.#params.kernel as ApartKernelSource;
  }

  #indexAt(position: number): number {
    const { order } = this.#params;
    return order ? order[position] : position;
  }

  #leave(why: LoopEnd): void {
    if (this.#isLeaving || !this.#child) return;
    this.#isLeaving = true;
    this.#child.send({ type: 'leave', why });
  }

  readonly #onExit = (): void => {
    const child = this.#child as Child;
    const activity = child.activity();
    if (activity?.number === this.#number) this.#note(activity);
    else this.#note({ position: 0, startedAt: 0, from: 0, to: 0, done: 0, weight: 0 });
    const { timings, control, worker } = this.#params;
    const { position, startedAt } = activityOf(control, worker);
    if (timings && position > 0) {
      recordStart(timings, this.#indexAt(position - 1), worker, control.epoch + startedAt);
    }
    const dying = this.#dying;
    const error = dying?.error ? reviveError(dying.error) : child.end;
    const isIndexToBlame = dying?.isIndexToBlame ?? true;
    this.#finish({ error, isIndexToBlame, wasAnnounced: dying !== undefined });
  };

  #finish(end: LoopEnd | WorkerDeath): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const child = this.#child;
    child?.off('exit', this.#onExit);
    if (child) this.pool.release(child);
    this.#settle(end);
  }
}
