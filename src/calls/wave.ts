import { danfoModule } from '../danfo-everywhere.js';
import { type Failure, type Job, type JobEvents, runEventLoop, runInline, runThreads } from '../run/index.js';
import type { AnyFunction } from '../ship/index.js';
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
import { ListWriter } from './list.js';
import { LocalKernel } from './local-kernel.js';
import type { WireFunction } from './sender.js';

/** A call on its way through a {@link Crew}. Either `keep` or `fail` is called, once, unless its wave ends early. */
export interface Task {
  readonly fn: AnyFunction;
  readonly args: readonly unknown[];
  /** What messages call it. */
  readonly name: string;
  keep(value: unknown): void;
  /** Returns whether the others go on. The failure's index is not the task's. */
  fail(failure: Failure): boolean;
}

/** Calls that are sent to the workers together. */
export abstract class Wave {
  protected readonly crew: Crew;
  protected readonly tasks: Task[] = [];
  protected states: Int32Array | undefined;
  readonly #cancelled = new Set<number>();

  constructor(crew: Crew) {
    this.crew = crew;
  }

  get count(): number {
    return this.tasks.length;
  }

  /** How much memory the arguments take. */
  abstract readonly byteLength: number;

  /** Gives the task's position. Throws `ERR_UNSHIPPABLE`, and is as it was then. */
  abstract add(task: Task): number;

  /** Resolves when all that was to be run has run; rejects when it cannot be. */
  async run(): Promise<void> {
    this.states = new Int32Array(new SharedArrayBuffer(this.count * 4));
    for (const position of this.#cancelled) this.states[position] = CANCELLED;
    const { batchSize, timeout } = this.crew.options;
    await this.runJob({ count: this.count, weights: ones(this.count), batchSize, timeout, isOrdered: true });
  }

  protected abstract runJob(job: Omit<Job, 'kernel'>): Promise<void>;

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

  protected readonly fail = (failure: Failure): boolean => this.tasks[failure.index].fail(failure);
}

export class ThreadWave extends Wave {
  readonly #sender;
  readonly #args: ListWriter;
  readonly #functions = new Map<WireFunction, number>();
  readonly #functionOf: number[] = [];
  readonly #copiedBefore: number;
  #adding: Task | undefined;

  constructor(crew: Crew, sender: NonNullable<Crew['sender']>) {
    super(crew);
    this.#sender = sender;
    this.#copiedBefore = sender.copied;
    this.#args = new ListWriter((args) => sender.graph(args, `the arguments of ${this.#adding?.name}`), {
      share: sender.share,
      areArguments: true,
    });
  }

  get byteLength(): number {
    return this.#args.byteLength + this.#sender.copied - this.#copiedBefore;
  }

  add(task: Task): number {
    const wire = this.#sender.function(task.fn);
    const at = this.#functions.get(wire) ?? this.#functions.size;
    this.#functions.set(wire, at);
    this.#adding = task;
    this.#args.add(task.args);
    this.#functionOf.push(at);
    return this.tasks.push(task) - 1;
  }

  protected async runJob(job: Omit<Job, 'kernel'>): Promise<void> {
    const kernel = callKernelSource({
      states: this.states as Int32Array,
      args: this.#args.finish(),
      functions: [...this.#functions.keys()],
      functionOf: Int32Array.from(this.#functionOf),
      danfo: danfoModule(),
    });
    const reading: Promise<void>[] = [];
    const keep = (index: number, value: unknown) => this.tasks[index].keep(value);
    const fail = (index: number, error: unknown) => this.fail({ index, kind: 'error', error });
    const events: JobEvents = {
      onResults: ({ results }) => {
        for (const waiting of readReturns(results as WireReturns, keep, fail)) reading.push(waiting);
      },
      onFailure: this.fail,
    };
    // The pool has gone after a long pause, or shutdown().
    this.crew.warm();
    await runThreads(
      { ...job, kernel },
      Math.min(this.crew.options.workers, job.count),
      events,
      this.crew.over,
    );
    await Promise.all(reading);
  }
}

/** In this thread, with the arguments as they are. */
export class InlineWave extends Wave {
  readonly byteLength = 0;

  add(task: Task): number {
    return this.tasks.push(task) - 1;
  }

  protected async runJob(job: Omit<Job, 'kernel'>): Promise<void> {
    const { crew, tasks } = this;
    const states = this.states as Int32Array;
    const isOurs = (index: number) => begin(states, index);
    if (crew.options.backend !== 'async') {
      const kernel = new LocalKernel(tasks, isOurs);
      return crew.inTurn(() => runInline(kernel, job, this.#events(), crew.over));
    }
    // One by one: a call that takes long must not keep those of the next wave waiting.
    const running = tasks.map((_, index) =>
      crew.inPlace(async () => {
        if (!isOurs(index)) return;
        const kernel = new LocalKernel([tasks[index]], () => true);
        await runEventLoop(() => kernel, { ...job, count: 1 }, 1, this.#events(index), crew.over);
      }),
    );
    await Promise.all(running);
  }

  #events(first = 0): JobEvents {
    return {
      onResults: ({ results }) => {
        for (const [index, value] of results as [number, unknown][]) this.tasks[first + index].keep(value);
      },
      onFailure: (failure) => this.fail({ ...failure, index: first + failure.index }),
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
