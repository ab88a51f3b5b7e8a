import '../load-arrow/index.js';

import { allocateShared } from '../arrow/index.js';
import { valueCodecs } from '../codecs/index.js';
import { ResultError } from '../failures/index.js';
import { patchDanfo } from '../frame/index.js';
import type { Kernel, KernelSource } from '../run/index.js';
import { Refusal, receiveValue, type ShippedValue, shipValue } from '../ship/index.js';
import type { CallOwner } from './call.js';
import { codecsWith } from './codecs.js';
import type { WireList } from './list.js';
import { ListReader } from './list-reader.js';
import { ListWriter } from './list-writer.js';
import { isThenable } from './local-kernel.js';
import { forgetOver, functionOf, type Received } from './received-functions.js';
import type { WireFunction } from './sender.js';

/* What happens to one call, in whichever thread: its function is called with its arguments, and what it returns is kept. */

/** How far a call is. Lies in shared memory: whoever changes it first from WAITING has it. */
export const WAITING = 0;
export const BEGUN = 1;
export const CANCELLED = 2;

/** All a worker needs to know of a number of calls. */
export interface CallTask {
  readonly states: Int32Array;
  readonly args: WireList;
  readonly functions: readonly WireFunction[];
  /** Which of the functions each call is of. */
  readonly functionOf: Int32Array;
  /** See {@link patchDanfo}. */
  readonly danfo?: string;
}

export const callKernelUrl = import.meta.url;

export const callKernelSource = (data: CallTask): KernelSource => ({
  url: callKernelUrl,
  name: createCallKernel.name,
  data,
});

/** What a kernel gives: values, and the calls that returned them. */
export interface WireReturns {
  readonly indices: readonly number[];
  readonly values: WireList;
}

const codecs = codecsWith(valueCodecs);

/** The kernel of a number of calls, made in a worker. */
export function createCallKernel(task: CallTask): Kernel {
  forgetOver();
  const args = new ListReader(task.args);
  const functions: (Received | undefined)[] = [];
  let returns = new Returns();

  const call = (fn: Received, given: readonly unknown[], index: number, signal: AbortSignal) => {
    const value = fn(...given);
    if (isThenable(value)) {
      return Promise.resolve(value).then((settled) => {
        // Nobody waits for it any more, and this kernel may be at another call by now.
        if (!signal.aborted) returns.add(index, settled);
      });
    }
    returns.add(index, value);
  };

  return {
    run(index, signal) {
      if (!begin(task.states, index)) return;
      const which = task.functionOf[index];
      const value = args.read(index);
      const { isGraph } = args;
      const fn = functions[which];
      if (fn && !isGraph) return call(fn, value as unknown[], index, signal);
      return Promise.all([
        functionOf(task.functions[which]),
        isGraph ? receiveValue(value as ShippedValue, codecs) : value,
      ]).then(async ([received, given]) => {
        await patchDanfo(task.danfo);
        functions[which] = received;
        return call(received, given as unknown[], index, signal);
      });
    },
    take() {
      const taken = returns.finish();
      returns = new Returns();
      return taken;
    },
  };
}

/** Whether a call is to be run: once it has begun it can be begun again, after the death of its worker, but not be cancelled. */
export const begin = (states: Int32Array, index: number): boolean =>
  Atomics.compareExchange(states, index, WAITING, BEGUN) !== CANCELLED;

/** Larger ones are written where the main thread reads them, and not between the others. */
const LENT_BYTES = 64 * 1024;

class Returns {
  readonly #indices: number[] = [];
  readonly #values = new ListWriter((value) => shipValue(value, 'the returned value', codecs), {
    isLending: true,
    share(view) {
      if (view.byteLength < LENT_BYTES) return undefined;
      const bytes = allocateShared(view.byteLength);
      bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
      return bytes;
    },
  });

  add(index: number, value: unknown): void {
    try {
      this.#values.add(value);
    } catch (error) {
      throw new ResultError('ERR_BAD_RESULT', inOtherWords(error));
    }
    this.#indices.push(index);
  }

  finish(): WireReturns {
    return { indices: this.#indices, values: this.#values.finish() };
  }
}

/** What ship/ says of functions, for what one returned. */
const inOtherWords = (error: unknown): string =>
  error instanceof Refusal
    ? `${error.path}: ${error.reason}. Return plain data, frames or typed arrays`
    : String((error as Error).message);

/** Reads what {@link Returns} wrote, in the thread that started the calls. Gives what has to be waited for. */
export function readReturns({ indices, values }: WireReturns, owner: CallOwner): Promise<void>[] {
  const reader = new ListReader(values);
  const waiting: Promise<void>[] = [];
  for (let position = 0; position < indices.length; position++) {
    const index = indices[position];
    const value = reader.read(position);
    if (!reader.isGraph) owner.keep(index, value);
    else {
      const receiving = receiveValue(value as ShippedValue, codecs);
      waiting.push(
        receiving.then(
          (received) => owner.keep(index, received),
          (error: unknown) => void owner.fail({ index, kind: 'error', error }),
        ),
      );
    }
  }
  return waiting;
}
