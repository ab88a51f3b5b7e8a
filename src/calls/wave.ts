import { setMaxListeners } from 'node:events';
import { danfoPatchModule } from '../frame/index.js';
import { type Job, type JobEvents, runEventLoop, runInline, runThreads } from '../run/index.js';
import type { Call, CallOwner } from './call.js';
import {
  BEGUN,
  begin,
  CANCELLED,
  callKernelSource,
  readReturns,
  WAITING,
  type WireReturns,
} from './call-kernel.js';
import type { Crew } from './crew.js';
import { ListWriter } from './list-writer.js';
import { LocalKernel } from './local-kernel.js';
import type { WireFunction } from './sender.js';

/** Calls that are sent to the workers together. */
export abstract class Wave {
  protected readonly crew: Crew;
  protected readonly owner: CallOwner;
  protected states: Int32Array | undefined;
  readonly #cancelled = new Set<number>();
  readonly #ending = new AbortController();

  constructor(crew: Crew, owner: CallOwner) {
    this.crew = crew;
    this.owner = owner;
  }

  abstract readonly count: number;

  /** How much memory the arguments take. */
  abstract readonly byteLength: number;

  /** Gives the call's position, one after the other. Throws `ERR_UNSHIPPABLE`, and is as it was then. */
  abstract add(call: Call): number;

  /** Resolves when all that was to be run has run; rejects when it cannot be. */
  async run(): Promise<void> {
    this.states = new Int32Array(new SharedArrayBuffer(this.count * 4));
    for (const position of this.#cancelled) this.states[position] = CANCELLED;
    const { batchSize, timeout } = this.crew.options;
    const { count } = this;
    const { untilFailure } = this.owner;
    const over = AbortSignal.any([this.crew.over, this.#ending.signal]);
    // Each call listens where calls wait for each other.
    setMaxListeners(0, over);
    await this.runJob(
      { count, weights: ones(count), batchSize, timeout, isOrdered: true, untilFailure },
      over,
    );
  }

  protected abstract runJob(job: Omit<Job, 'kernel'>, over: AbortSignal): Promise<void>;

  /** Ends all calls, at once or where they set off. */
  readonly end = (): void => this.#ending.abort();

  /** Whether the call has begun. */
  isBegun(position: number): boolean {
    return this.states !== undefined && Atomics.load(this.states, position) === BEGUN;
  }

  /** Returns false when the call has begun. */
  cancel(position: number): boolean {
    if (this.states) {
      return Atomics.compareExchange(this.states, position, WAITING, CANCELLED) !== BEGUN;
    }
    this.#cancelled.add(position);
    return true;
  }

  /** Cancels the calls from `position` on that have not begun. */
  cancelFrom(position: number): void {
    for (let at = Math.max(position, 0); at < this.count; at++) this.cancel(at);
  }
}

export class ThreadWave extends Wave {
  readonly #sender;
  readonly #args: ListWriter;
  readonly #functions = new Map<WireFunction, number>();
  readonly #functionOf: number[] = [];
  readonly #copiedBefore: number;

  constructor(crew: Crew, owner: CallOwner, sender: NonNullable<Crew['sender']>) {
    super(crew, owner);
    this.#sender = sender;
    this.#copiedBefore = sender.copied;
    const toGraph = (args: unknown) => sender.graph(args, `the arguments of ${owner.nameOf(this.count)}`);
    this.#args = new ListWriter(toGraph, { share: sender.share, areArguments: true });
  }

  get count(): number {
    return this.#functionOf.length;
  }

  get byteLength(): number {
    return this.#args.byteLength + this.#sender.copied - this.#copiedBefore;
  }

  add({ fn, args }: Call): number {
    const wire = this.#sender.function(fn);
    let at = this.#functions.get(wire);
    if (at === undefined) {
      at = this.#functions.size;
      this.#functions.set(wire, at);
    }
    this.#args.add(args);
    return this.#functionOf.push(at) - 1;
  }

  protected async runJob(job: Omit<Job, 'kernel'>, over: AbortSignal): Promise<void> {
    const kernel = callKernelSource({
      states: this.states as Int32Array,
      args: this.#args.finish(),
      functions: [...this.#functions.keys()],
      functionOf: Int32Array.from(this.#functionOf),
      danfo: danfoPatchModule(),
    });
    const reading: Promise<void>[] = [];
    const { owner } = this;
    let broken: { readonly error: unknown } | undefined;
    const events: JobEvents = {
      onResults: ({ results }) => {
        for (const waiting of readReturns(results as WireReturns, owner)) {
          const read = waiting.catch((error: unknown) => {
            // The fault of who listens.
            broken ??= { error };
            this.end();
          });
          reading.push(read);
        }
      },
      onFailure: (failure) => owner.fail(failure),
    };
    // The pool has gone after a long pause, or shutdown().
    this.crew.warm();
    await runThreads({ ...job, kernel }, Math.min(this.crew.options.workers, job.count), events, over);
    await Promise.all(reading);
    if (broken) throw broken.error;
  }
}

/** In this thread, with the arguments as they are. */
export class InlineWave extends Wave {
  readonly byteLength = 0;
  readonly #calls: Call[] = [];

  get count(): number {
    return this.#calls.length;
  }

  add(call: Call): number {
    return this.#calls.push(call) - 1;
  }

  protected async runJob(job: Omit<Job, 'kernel'>, over: AbortSignal): Promise<void> {
    const { crew } = this;
    const calls = this.#calls;
    const states = this.states as Int32Array;
    const isOurs = (index: number) => begin(states, index);
    if (crew.options.backend !== 'async') {
      const kernel = new LocalKernel(calls, isOurs);
      return crew.inTurn(() => runInline(kernel, job, this.#events(), over));
    }
    // One by one: a call that takes long must not keep those of the next wave waiting.
    const running = calls.map((_, index) =>
      crew.inPlace(async () => {
        if (!isOurs(index)) return;
        const kernel = new LocalKernel([calls[index]], () => true);
        await runEventLoop(() => kernel, { ...job, count: 1 }, 1, this.#events(index), over);
      }),
    );
    await Promise.all(running);
  }

  #events(first = 0): JobEvents {
    return {
      onResults: ({ results }) => {
        for (const [index, value] of results as [number, unknown][]) this.owner.keep(first + index, value);
      },
      onFailure: (failure) => this.owner.fail({ ...failure, index: first + failure.index }),
    };
  }
}

let manyOnes: Int32Array = new Int32Array(0);

/** No call is known to be more work than another. */
function ones(count: number): Int32Array {
  if (manyOnes.length < count) {
    const length = Math.max(1024, 2 * count);
    manyOnes = new Int32Array(new SharedArrayBuffer(length * 4)).fill(1);
  }
  return manyOnes.subarray(0, count);
}
