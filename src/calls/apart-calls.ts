import type { ApartKernelSource, KernelName, SentTo } from '../run/index.js';
import type { ApartCallTask, CallPart } from './apart-call-kernel.js';
import { beginCall, type CallTask } from './call-kernel.js';
import type { WireList } from './list.js';
import type { WireFunction } from './sender.js';
import type { OtherMemory } from './value-serializer.js';

export const APART_CALL_KERNEL: KernelName = { name: 'createApartCallKernel' };

/** Returns the kernel of a batch of calls that run in child processes. */
export function apartCallSource({
  states,
  args,
  functions,
  functionOf,
  ...rest
}: CallTask): ApartKernelSource {
  const data: ApartCallTask = {
    ...rest,
    functions: functions.map(({ id, life }) => ({ id, life })),
    functionOf,
  };
  return {
    ...APART_CALL_KERNEL,
    data,
    lives: functions.map(({ life }) => life),
    partOf(calls, sent): CallPart {
      // Begins the calls here, since the child does not see the states of calls.
      const isBegun = Uint8Array.from(calls, (call) => Number(beginCall(states, call)));
      const wanted = rest.initializes
        ? functions.keys()
        : new Set(Array.from(calls, (call) => functionOf[call]));
      return { isBegun, ...segmentsOf(args, calls, sent), functions: newFunctions(functions, wanted, sent) };
    },
  };
}

/** Returns the functions that the child does not have, each with its position. */
function newFunctions(
  functions: readonly WireFunction[],
  wanted: Iterable<number>,
  sent: SentTo,
): CallPart['functions'] {
  return Array.from(wanted, (at) => functions[at])
    .filter((fn) => !sent.child.has(fn))
    .map((fn) => {
      sent.child.add(fn);
      return { ...fn, shared: fn.shared.map(asView) };
    });
}

/** Cuts the segments that hold these calls out of a list, and adds the memory that the task has not sent. */
function segmentsOf(
  { bytes, shared, ends, firsts, layouts, uses }: WireList,
  calls: Int32Array,
  sent: SentTo,
): Pick<CallPart, 'list' | 'memory'> {
  const segments: number[] = [];
  for (let segment = 0, at = 0; at < calls.length; segment++) {
    const end = firsts[segment + 1] ?? Number.POSITIVE_INFINITY;
    if (calls[at] >= end) continue;
    segments.push(segment);
    while (at < calls.length && calls[at] < end) at++;
  }
  const pieces = segments.map((segment) =>
    bytes.subarray(segment === 0 ? 0 : ends[segment - 1], ends[segment]),
  );
  let end = 0;
  const used = new Set(segments.flatMap((segment) => uses[segment]));
  const fresh = [...used].filter((index) => !sent.task.has(index));
  for (const index of fresh) sent.task.add(index);
  return {
    list: {
      pieces,
      ends: pieces.map(({ byteLength }) => {
        end += byteLength;
        return end;
      }),
      firsts: segments.map((segment) => firsts[segment]),
      layouts: segments.map((segment) => layouts[segment]),
      uses: [],
    },
    memory: fresh.map((index) => [index, asView(shared[index])] as const),
  };
}

const asView = (memory: OtherMemory): Uint8Array =>
  ArrayBuffer.isView(memory) ? memory : new Uint8Array(memory);
