import { initializerErrorOf } from '../failures/index.js';
import { type Job, type JobEvents, runEventLoop, runInline } from '../run/index.js';
import { untilAborted } from '../util/index.js';
import type { FunctionCall } from './call.js';
import { CallBatch } from './call-batch.js';
import { beginCall } from './call-kernel.js';
import { LocalKernel } from './local-kernel.js';

/** Calls that run in this thread, with the arguments as they are. */
export class LocalBatch extends CallBatch {
  readonly byteLength = 0;
  readonly #calls: FunctionCall[] = [];

  get count(): number {
    return this.#calls.length;
  }

  add(call: FunctionCall): number {
    return this.#calls.push(call) - 1;
  }

  protected async runJob(job: Omit<Job, 'kernel'>, over: AbortSignal): Promise<void> {
    const { host } = this;
    const calls = this.#calls;
    const states = this.states as Int32Array;
    const begin = (index: number) => beginCall(states, index);
    if (host.options.initializer) await this.#initialize(over);
    if (host.options.backend !== 'async') {
      const kernel = new LocalKernel(calls, begin);
      return host.runInTurn(() => runInline(kernel, job, this.#events(), over));
    }
    // A job for each call: a long one must not delay the calls of the next batch.
    const running = calls.map((_, index) =>
      host.runWhenFree(async () => {
        if (!begin(index)) return;
        const kernel = new LocalKernel([calls[index]], () => true);
        await runEventLoop(() => kernel, { ...job, count: 1 }, 1, this.#events(index), over);
      }),
    );
    await Promise.all(running);
  }

  async #initialize(over: AbortSignal): Promise<void> {
    try {
      const initializing = this.host.initializeHere();
      if (initializing) await untilAborted(initializing, over);
    } catch (error) {
      throw initializerErrorOf(error);
    }
  }

  /** Returns the events of a job whose index 0 is the call at `first`. */
  #events(first = 0): JobEvents {
    const { receiver } = this;
    return {
      onResults: ({ results }) => {
        for (const [index, value] of results as [number, unknown][]) receiver.onResult(first + index, value);
      },
      onFailure: (failure) => receiver.onFailure({ ...failure, index: first + failure.index }),
    };
  }
}
