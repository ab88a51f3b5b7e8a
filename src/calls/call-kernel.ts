import '../load-arrow/index.js';

import { allocateShared } from '../arrow/index.js';
import { valueCodecs } from '../codecs/index.js';
import { callUserFunction, ResultError } from '../failures/index.js';
import { patchDanfo } from '../frame/index.js';
import type { Kernel, KernelName, KernelSource } from '../run/index.js';
import { receiveValue, type ShippedValue } from '../ship/worker.js';
import { isThenable } from '../util/index.js';
import type { CallReceiver } from './call.js';
import { codecsWith } from './codecs.js';
import type { WireList } from './list.js';
import { ListReader } from './list-reader.js';
import { ListWriter } from './list-writer.js';
import { forgetEndedFunctions, type Received, receiveFunction } from './received-functions.js';
import type { WireFunction } from './sender.js';
import type { shipReturned } from './ship-returned.js';

/*
 * The kernel of a batch of calls: for each call it receives the function and its arguments, calls it, and
 * writes what it returns.
 */

/** A call's state in shared memory: the first to change it from WAITING decides. */
export const WAITING = 0;
export const BEGUN = 1;
export const CANCELLED = 2;

/** A batch of calls in values that can be posted. */
export interface CallTask {
  readonly states: Int32Array;
  readonly args: WireList;
  readonly functions: readonly WireFunction[];
  /** The position of each call's function in `functions`. */
  readonly functionOf: Int32Array;
  /** See {@link patchDanfo}. */
  readonly danfo?: string;
  /** An initializer comes with each function: it runs before any call, and its failure ends them all. */
  readonly initializes: boolean;
}

/**
 * @param isAlone see {@link KernelSource}; such a kernel loads late what ships a returned function or
 * instance
 */
export const callKernel = (isAlone: boolean): KernelName => ({ name: 'createCallKernel', isAlone });

export const callKernelSource = (data: CallTask, isAlone: boolean): KernelSource => ({
  ...callKernel(isAlone),
  data,
});

/** Returned values, and the positions of the calls that returned them. */
export interface WireReturns {
  readonly indices: readonly number[];
  readonly values: WireList;
}

const codecs = codecsWith(valueCodecs);

let shipLoaded: typeof shipReturned | undefined;

/** Loads what ships returned values that structured clone cannot carry. */
export async function loadShipping(): Promise<void> {
  shipLoaded ??= (await import('./ship-returned.js')).shipReturned;
}

/** Makes the kernel of a batch, in a worker. */
export function createCallKernel(task: CallTask, worker: number): Kernel | Promise<Kernel> {
  forgetEndedFunctions();
  if (!task.initializes) return makeKernel(task, worker);
  return Promise.all(task.functions.map((fn) => receiveFunction(fn, worker))).then(() =>
    makeKernel(task, worker),
  );
}

function makeKernel(task: CallTask, worker: number): Kernel {
  const args = new ListReader(task.args);
  return new CallKernel({ ...task, args }, worker);
}

/** Calls in a worker. */
export interface CallWork {
  readonly states: Int32Array;
  readonly args: ListReader;
  readonly functions: readonly WireFunction[];
  readonly functionOf: Int32Array;
  readonly danfo?: string;
}

/** Runs calls of a batch. */
export class CallKernel implements Kernel {
  readonly #worker: number;
  readonly #functions: (Received | undefined)[] = [];
  #work: CallWork;
  #returns = new ReturnWriter();

  constructor(work: CallWork, worker: number) {
    this.#work = work;
    this.#worker = worker;
  }

  /** Goes on with other calls of the same batch, whose arguments lie elsewhere. */
  goOn(work: CallWork): void {
    this.#work = work;
  }

  run(index: number, signal: AbortSignal): void | Promise<void> {
    const { states, args, functions, functionOf, danfo } = this.#work;
    if (!beginCall(states, index)) return;
    const which = functionOf[index];
    const value = args.read(index);
    const { isGraph } = args;
    const fn = this.#functions[which];
    if (fn && !isGraph) return this.#call(fn, value as unknown[], index, signal);
    return Promise.all([
      receiveFunction(functions[which], this.#worker),
      isGraph ? receiveValue(value as ShippedValue, codecs) : value,
    ]).then(async ([received, given]) => {
      await patchDanfo(danfo);
      this.#functions[which] = received;
      return this.#call(received, given as unknown[], index, signal);
    });
  }

  #call(fn: Received, given: readonly unknown[], index: number, signal: AbortSignal): void | Promise<void> {
    const value = callUserFunction(fn, given);
    if (isThenable(value)) {
      return Promise.resolve(value).then((settled) => this.#keep(index, settled, signal));
    }
    return this.#keep(index, value, signal);
  }

  #keep(index: number, value: unknown, signal: AbortSignal): void | Promise<void> {
    // Drops the value of an ended call: the kernel may be at another call by now.
    if (signal.aborted || this.#returns.add(index, value)) return;
    return loadShipping().then(() => this.#keep(index, value, signal));
  }

  take(): WireReturns {
    const taken = this.#returns.finish();
    this.#returns = new ReturnWriter();
    return taken;
  }
}

/**
 * Begins a call and returns whether it is to run. A begun call can begin again, after the death of its
 * worker, but no longer be cancelled.
 */
export const beginCall = (states: Int32Array, index: number): boolean =>
  Atomics.compareExchange(states, index, WAITING, BEGUN) !== CANCELLED;

/** Views of this size and more go to the main thread through shared memory. */
const LENT_BYTES = 64 * 1024;

class ReturnWriter {
  readonly #indices: number[] = [];
  readonly #values = new ListWriter(shipIfLoaded, {
    isLending: true,
    share(view) {
      if (view.byteLength < LENT_BYTES) return undefined;
      const bytes = allocateShared(view.byteLength);
      bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
      return bytes;
    },
  });

  /** Returns false, and adds nothing, if the value needs what {@link loadShipping} loads. */
  add(index: number, value: unknown): boolean {
    try {
      this.#values.add(value);
    } catch (error) {
      if (error === notLoaded) return false;
      throw new ResultError('ERR_BAD_RESULT', String((error as Error).message));
    }
    this.#indices.push(index);
    return true;
  }

  finish(): WireReturns {
    return { indices: this.#indices, values: this.#values.finish() };
  }
}

const notLoaded = new Error('what ships returned values is not loaded');

function shipIfLoaded(value: unknown): ShippedValue {
  if (!shipLoaded) throw notLoaded;
  return shipLoaded(value);
}

/**
 * Reads what {@link ReturnWriter} wrote, in the thread that started the calls. Returns a promise for each
 * value that the receiver gets later.
 */
export function readReturns({ indices, values }: WireReturns, receiver: CallReceiver): Promise<void>[] {
  const reader = new ListReader(values);
  const waiting: Promise<void>[] = [];
  for (let position = 0; position < indices.length; position++) {
    const index = indices[position];
    const value = reader.read(position);
    if (!reader.isGraph) receiver.onResult(index, value);
    else {
      const receiving = receiveValue(value as ShippedValue, codecs);
      waiting.push(
        receiving.then(
          (received) => receiver.onResult(index, received),
          (error: unknown) => {
            receiver.onFailure({ index, kind: 'error', error });
          },
        ),
      );
    }
  }
  return waiting;
}
