import { ApplyError } from '../errors.js';
import { initializerErrorOf, mapTraces } from '../failures/index.js';
import { danfoPatchModule } from '../frame/index.js';
import { type Job, type JobEvents, runProcesses, runThreads } from '../run/index.js';
import { usesNoLibrary } from '../ship/worker.js';
import { apartCallSource } from './apart-calls.js';
import type { CallReceiver, FunctionCall } from './call.js';
import { type BatchHost, CallBatch } from './call-batch.js';
import { type CallTask, callKernelSource, readReturns, type WireReturns } from './call-kernel.js';
import { ListWriter } from './list-writer.js';
import type { Sender, WireFunction } from './sender.js';

/** Calls that run in worker threads or child processes. */
export class ThreadBatch extends CallBatch {
  readonly #sender: Sender;
  readonly #args: ListWriter;
  readonly #functions = new Map<WireFunction, number>();
  readonly #functionOf: number[] = [];
  readonly #copiedBefore: number;
  /** The name of the function whose call is being added. */
  #adding = '';
  /** True while no function and no argument imports anything. */
  #isAlone = true;

  /** @param canChange whether the program may change arguments between two calls that it adds */
  constructor(host: BatchHost, receiver: CallReceiver, sender: Sender, canChange: boolean) {
    super(host, receiver);
    this.#sender = sender;
    this.#copiedBefore = sender.copied;
    const toGraph = (args: unknown) => {
      const shipped = sender.graph(args, `the arguments of ${receiver.nameOf(this.count)}`);
      this.#isAlone &&= usesNoLibrary(shipped);
      return shipped;
    };
    this.#args = new ListWriter(toGraph, {
      share: sender.share,
      areArguments: true,
      onShared: host.options.backend === 'processes' ? refuseShared : undefined,
      repeatedIn: (args) => sender.repeated.find(args, canChange),
      onCopy: (args) => sender.repeated.warnOfCopies(args, this.#adding),
    });
  }

  get count(): number {
    return this.#functionOf.length;
  }

  get byteLength(): number {
    return this.#args.byteLength + this.#sender.copied - this.#copiedBefore;
  }

  add({ fn, args }: FunctionCall): number {
    const wire = this.#sender.function(fn);
    let at = this.#functions.get(wire);
    if (at === undefined) {
      at = this.#functions.size;
      this.#isAlone &&= wire.isAlone;
      this.#functions.set(wire, at);
    }
    this.#adding = fn.name;
    this.#args.add(args);
    // Begins now, since the workers need longer to start than this thread to write all arguments.
    if (this.count === 0) this.host.warm(this.#isAlone);
    return this.#functionOf.push(at) - 1;
  }

  protected async runJob(job: Omit<Job, 'kernel'>, over: AbortSignal): Promise<void> {
    const initializes = this.host.options.initializer !== undefined;
    const task: CallTask = {
      states: this.states as Int32Array,
      args: this.#args.finish(),
      functions: [...this.#functions.keys()],
      functionOf: Int32Array.from(this.#functionOf),
      danfo: danfoPatchModule(),
      initializes,
    };
    const reading: Promise<void>[] = [];
    const { receiver } = this;
    let broken: { readonly error: unknown } | undefined;
    const events: JobEvents = {
      onResults: ({ results }) => {
        for (const waiting of readReturns(results as WireReturns, receiver)) {
          const read = waiting.catch((error: unknown) => {
            // The receiver threw; its error ends the batch.
            broken ??= { error };
            this.end();
          });
          reading.push(read);
        }
      },
      onFailure: (failure) => receiver.onFailure(failure),
      onProgress: receiver.onWait && (({ waitsFor }) => receiver.onWait?.(waitsFor)),
    };
    // The pool ends after a long pause, and on shutdown().
    const isAlone = this.#isAlone && this.host.mayBeAlone;
    this.host.warm(isAlone);
    try {
      const workers = Math.min(this.host.options.workers, job.count);
      if (this.host.options.backend === 'processes') {
        const kernel = apartCallSource(task);
        await runProcesses({ ...job, kernel, initializes }, workers, events, over);
      } else {
        await runThreads(
          { ...job, kernel: callKernelSource(task, isAlone), initializes },
          workers,
          events,
          over,
        );
      }
    } catch (error) {
      mapTraces(error, this.#sender.traces);
      throw initializerErrorOf(error);
    }
    await Promise.all(reading);
    if (broken) throw broken.error;
  }
}

function refuseShared(): never {
  throw new ApplyError(
    'ERR_UNSHIPPABLE',
    'an argument lies in shared memory, which threads of one process share, and the function runs in child ' +
      "processes; pass a copy of it, as in Float64Array.from(array), or use backend: 'threads'",
  );
}
