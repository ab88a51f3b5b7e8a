import { setMaxListeners } from 'node:events';
import { writevSync } from 'node:fs';
import { Socket } from 'node:net';
import { markWorker } from '../../util/index.js';
import { describeError } from '../../values/index.js';
import { byteLengthOf, decode, encode, FrameReader, frameHead } from '../../wire/index.js';
import { type GivenClaim, type LoopEnd, runClaimLoop } from '../claim-loop.js';
import { clock } from '../clock.js';
import { activityOf, type Claim, createControl, markStarted, setActivity, stopJob } from '../job-control.js';
import { type KernelName, loadMaker, type WorkerKernels } from '../kernel.js';
import { createTimings } from '../timings.js';
import { trackJob, watchUncaughtErrors } from '../uncaught-errors.js';
import { flushLogs } from '../worker-logs.js';
import { writeActivity } from './activity-file.js';
import { isSpoiled, noteDescriptors, requireParent } from './descriptors.js';
import {
  ACTIVITY,
  type ClaimTimes,
  FROM_PARENT,
  type FromChild,
  TO_PARENT,
  type ToChild,
} from './messages.js';
import { watchParent } from './watch-parent.js';

/*
 * The child's half. It reads its messages in the event loop, so that a stop reaches a function that waits,
 * and writes its own at once, so that none is lost or cut off when the process ends.
 */

/** Milliseconds by which an index that has not begun is far from late. */
const NOT_YET = 2 ** 30;
/** The message 'stop' is shorter than this. */
const SMALL = 256;

type KernelMessage = Extract<ToChild, { type: 'kernel' }>;
type TaskMessage = Extract<ToChild, { type: 'task' }>;
type ClaimMessage = Extract<ToChild, { type: 'claim' | 'leave' }>;

/** Makes this process a worker that can make these kernels, and loads the one that its first job needs. */
export async function serveParent(kernels: WorkerKernels, first: KernelName): Promise<void> {
  markWorker();
  noteDescriptors();
  // Ctrl-C goes to all processes of a terminal; the parent decides what becomes of it.
  process.on('SIGINT', () => {});
  watchUncaughtErrors(post);
  await loadMaker(first, kernels);
  const inbox = new Inbox();
  post({ type: 'ready' });
  watchParent();
  for (let kernel: KernelMessage | undefined; ; ) {
    const message = await inbox.next();
    if (message.type === 'kernel') {
      kernel = message;
      message.lifeIds.forEach((id, k) => {
        lives.set(id, [...(lives.get(id) ?? []), message.lives[k]]);
      });
    } else if (message.type === 'task' && kernel) await runTask(message, kernel, kernels, inbox);
  }
}

/** Writes a message at once. */
function post(message: FromChild): void {
  requireParent();
  const parts = encodeMessage(message);
  let rest = [frameHead(0, byteLengthOf(parts)), ...parts];
  while (rest.length > 0) {
    // The system takes no more than 1024 at a time.
    let written = writevSync(TO_PARENT, rest.slice(0, 1024));
    let k = 0;
    for (; k < rest.length && written >= rest[k].byteLength; k++) written -= rest[k].byteLength;
    rest = rest.slice(k);
    if (written > 0) rest[0] = rest[0].subarray(written);
  }
}

/** Encodes a message. Of an error whose properties can go to a thread only, they are left out. */
function encodeMessage(message: FromChild): Uint8Array[] {
  try {
    return encode(message);
  } catch (failure) {
    if (!('error' in message) || message.error === undefined) throw failure;
    const { error } = message;
    const bare = error.thrown === 'error' ? { ...error, properties: {}, nested: {} } : describeError(failure);
    return encode({ ...message, error: bare });
  }
}

/** Words of the parent by which this process knows what it may forget. */
const lives = new Map<number, Int32Array[]>();

/** The messages of the parent, in their order. */
class Inbox {
  readonly #waiting: Uint8Array[] = [];
  #wake: (() => void) | undefined;
  /** Called when the parent stops the task. */
  onStop: (() => void) | undefined;

  constructor() {
    const reader = new FrameReader(({ content }) => this.#add(content));
    const socket = new Socket({
      fd: FROM_PARENT,
      readable: true,
      writable: false,
      onread: {
        buffer: new Uint8Array(1 << 20),
        callback: (size: number, buffer: Uint8Array) => {
          reader.push(buffer.subarray(0, size));
          return true;
        },
      },
    } as ConstructorParameters<typeof Socket>[0]);
    // The parent has ended, or needs no children any more.
    const leave = () => process.exit(0);
    socket.on('end', leave);
    socket.on('close', leave);
    socket.on('error', leave);
    socket.resume();
  }

  #add(content: Uint8Array): void {
    if (content.length < SMALL) {
      const message = decode(content) as ToChild;
      if (message.type === 'stop') {
        this.onStop?.();
        return;
      }
    }
    this.#waiting.push(content);
    this.#wake?.();
  }

  async next(): Promise<ToChild> {
    for (;;) {
      const content = this.#waiting.shift();
      if (content === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const message = decode(content) as ToChild;
      if (message.type !== 'forget') return message;
      for (const id of message.lifeIds) {
        for (const words of lives.get(id) ?? []) words.fill(0);
        lives.delete(id);
      }
    }
  }
}

async function runTask(
  task: TaskMessage,
  { source, weights }: KernelMessage,
  kernels: WorkerKernels,
  inbox: Inbox,
): Promise<void> {
  const { untilFailure, retriesLeft, isTimed, worker } = task;
  if (process.cwd() !== task.cwd) process.chdir(task.cwd);
  process.argv = [...task.argv];
  const over = new AbortController();
  // Each group may add a listener; without this, Node would warn of a leak.
  setMaxListeners(0, over.signal);
  const control = createControl(1, 0, task.epoch);
  inbox.onStop = () => {
    stopJob(control);
    over.abort();
  };
  const timings = task.timed === undefined ? undefined : createTimings(task.timed);
  const onMark = () => {
    // After a function has closed the file, another process takes the next tasks.
    ignoringClosed(() => writeActivity(ACTIVITY, { number: task.number, ...activityOf(control, 0) }));
  };
  const { runIndex, end } = trackJob((message) => post(message as FromChild));
  let why: LoopEnd = 'done';
  let hasLeft = false;
  let current: GivenClaim = { from: 0, to: 0 };
  let began = 0;
  const report = () => {
    onMark();
    return {
      ms: performance.now() - began,
      times: timings && timesOf(current, timings),
      isSpoiled: isSpoiled(),
    };
  };
  try {
    const make = await loadMaker(source, kernels);
    const kernel = await make(source.data as never, worker);
    why = await runClaimLoop(
      { control, worker: 0, workers: 1, count: 0, weights, untilFailure, retriesLeft, isTimed, timings },
      {
        kernel,
        signal: over.signal,
        runIndex(index, run) {
          const running = runIndex(index, run);
          if (running === undefined) requireParent();
          else return running.then(requireParent);
        },
        onMark,
        async nextClaim() {
          const message = (await inbox.next()) as ClaimMessage;
          if (message.type === 'leave') {
            hasLeft = true;
            return message.why;
          }
          const { from, to, indices } = message;
          current = { from, to, indices };
          setActivity(control, 0, { ...activityOf(control, 0), from, to });
          // Should the process die while it takes the rows, the first index is the one to blame. Its time
          // begins later.
          markStarted(control, 0, from, clock() + NOT_YET);
          onMark();
          await kernel.accept?.(message.part, indices);
          began = performance.now();
          return current;
        },
        emitResults: (results, claimed) =>
          post({ type: 'results', results, claimed: bare(claimed), ...report() }),
        emitRerun: (indices, claimed) =>
          post({ type: 'rerun', indices, claimed: bare(claimed), ...report() }),
        emitFailure: (index, error) => post({ type: 'failure', index, error: describeError(error) }),
      },
    );
  } catch (error) {
    post({ type: 'broken', error: describeError(error) });
  } finally {
    end();
    inbox.onStop = undefined;
    // The parent sends claims until it has said that there are no more.
    while (!hasLeft) hasLeft = (await inbox.next()).type === 'leave';
    post({ type: 'end', why, logs: await flushLogs(), isSpoiled: isSpoiled() });
  }
}

/** Runs what writes to a file, unless a function has closed it. */
function ignoringClosed(write: () => void): void {
  try {
    write();
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EBADF') throw error;
  }
}

const bare = ({ from, to }: Claim): Claim => ({ from, to });

function timesOf({ from, to, indices }: GivenClaim, timings: ClaimTimes): ClaimTimes {
  const at = (times: Float64Array) =>
    Float64Array.from({ length: to - from }, (_, k) => times[indices ? indices[k] : from + k]);
  return { began: at(timings.began), took: at(timings.took) };
}
