import '../load-arrow/index.js';

import type { Kernel } from '../run/index.js';
import { CANCELLED, CallKernel, type CallTask, type CallWork, WAITING } from './call-kernel.js';
import type { WireList } from './list.js';
import { ListReader } from './list-reader.js';
import { forgetEndedFunctions, receiveFunction } from './received-functions.js';
import type { WireFunction } from './sender.js';
import type { OtherMemory } from './value-serializer.js';

/* The kernel of a batch whose calls run in a child process: arguments and functions come with each claim. */

/** A batch as a child process gets it. */
export interface ApartCallTask extends Omit<CallTask, 'states' | 'args' | 'functions'> {
  readonly functions: readonly Pick<WireFunction, 'id' | 'life'>[];
}

/** The functions and arguments that the calls of a claim need. */
export interface CallPart {
  /** 0 for a call that has been cancelled. */
  readonly isBegun: Uint8Array;
  readonly list: Omit<WireList, 'bytes' | 'shared'> & { readonly pieces: readonly Uint8Array[] };
  /** Memory that arguments refer to, with its positions. */
  readonly memory: readonly (readonly [index: number, bytes: Uint8Array])[];
  /** The functions that this process does not have. */
  readonly functions: readonly WireFunction[];
}

/** The functions that the parent has sent, for as long as it may call them. */
const known = new Map<number, WireFunction>();

/** Makes the kernel of a batch, in a child process. */
export function createApartCallKernel(task: ApartCallTask, worker: number): Kernel {
  forgetEndedFunctions();
  for (const [id, { life }] of known) if (life[0] === 0) known.delete(id);
  const { functionOf, danfo } = task;
  const states = new Int32Array(functionOf.length);
  const memory: OtherMemory[] = [];
  let kernel: CallKernel | undefined;
  let initializing: Promise<unknown> | undefined;
  return {
    async accept(given, calls) {
      const { isBegun, list, memory: fresh, functions } = given as CallPart;
      for (const fn of functions) {
        // The parent tells the end of a function's life in the words that came with this task.
        const life = task.functions.find(({ id }) => id === fn.id)?.life ?? fn.life;
        known.set(fn.id, { ...fn, life });
      }
      for (const [index, bytes] of fresh) memory[index] = bytes;
      calls.forEach((call, k) => {
        states[call] = isBegun[k] ? WAITING : CANCELLED;
      });
      const args = new ListReader({ ...list, bytes: joined(list.pieces), shared: memory });
      const all = task.functions.map(({ id }) => known.get(id) as WireFunction);
      const work: CallWork = { states, args, functions: all, functionOf, danfo };
      if (task.initializes) {
        initializing ??= Promise.all(all.map((fn) => receiveFunction(fn, worker)));
        await initializing;
      }
      if (kernel) kernel.goOn(work);
      else kernel = new CallKernel(work, worker);
    },
    run: (index, signal) => (kernel as CallKernel).run(index, signal),
    take() {
      const { indices, values } = (kernel as CallKernel).take();
      const shared = values.shared.map((each) => (ArrayBuffer.isView(each) ? each : new Uint8Array(each)));
      return { indices, values: { ...values, shared } };
    },
  };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}
