import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { byteLengthOf, decode, encode, FrameReader, frameHead } from '../../wire/index.js';
import { ProcessEnd, processEndOf, signalOfCode } from '../death-kinds.js';
import type { KernelName } from '../kernel.js';
import { countLogs } from '../received-logs.js';
import { closeActivityFile, type NumberedActivity, openActivityFile, readActivity } from './activity-file.js';
import { childArguments } from './child-arguments.js';
import { ForwardedLogs } from './forward-logs.js';
import { CUT_OFF_CODE, FROM_PARENT, type FromChild, LIFELINE, TO_PARENT, type ToChild } from './messages.js';

/** How long the last messages and logs of a child that has ended may take to arrive. */
const LAST_WORDS_MS = 500;

/** The end of a child, or the reason why it could not begin. */
export type ChildEnd = ProcessEnd | Error;

/** A child process, in its parent. Emits 'exit' when it has ended and all its messages have arrived. */
export class Child extends EventEmitter {
  readonly #process: ChildProcess;
  readonly #input: Writable;
  readonly #logs: ForwardedLogs;
  readonly #file: number;
  /** Lives that the child has been told, by number. */
  readonly lives = new Map<number, Int32Array>();
  /** The objects that the child was sent and keeps after a task. */
  readonly sent = new WeakSet<object>();
  /** True if a function has damaged the process: no other task may run there. */
  isSpoiled = false;
  onMessage: ((message: FromChild) => void) | undefined;
  #end: ChildEnd | undefined;
  /** The activity at the child's end, when its file is closed. */
  #lastActivity: NumberedActivity | undefined;
  #isKilled = false;
  /** True if the child has closed its side of a connection, and went on. */
  #isCutOff = false;
  #isLeaving = false;
  /** The error of reading bytes that are no message. */
  #garbage: unknown;

  /** Starts a child that loads this kernel. Throws where no process can be started. */
  constructor(children: number, kernel: KernelName) {
    super();
    this.#file = openActivityFile();
    try {
      this.#process = spawn(process.execPath, childArguments(children, kernel), {
        stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', this.#file, 'pipe'],
        windowsHide: true,
      });
    } catch (error) {
      closeActivityFile(this.#file);
      throw error;
    }
    const streams = this.#process.stdio as (Socket | null)[];
    // A stream that breaks says nothing that the end of the process does not.
    for (const stream of streams) stream?.on('error', () => {});
    this.#input = streams[FROM_PARENT] as Writable;
    for (const at of [FROM_PARENT, TO_PARENT, LIFELINE]) this.#endWithout(streams[at] as Socket);
    this.#logs = new ForwardedLogs(this.stdout, this.stderr);
    countLogs([this]);
    const reader = new FrameReader(({ content }) => this.onMessage?.(readMessage(content)));
    (streams[TO_PARENT] as Readable).on('data', (piece: Uint8Array) => {
      if (this.#garbage !== undefined) return;
      try {
        reader.push(piece);
      } catch (error) {
        this.#garbage = error;
        this.kill();
      }
    });
    this.#process.once('error', (error) => this.#noteEnd(error));
    this.#process.once('exit', (code, signal) => this.#untilDrained(code, signal));
  }

  /** A number for logs; those of threads are positive. */
  get threadId(): number {
    return -(this.#process.pid ?? 0);
  }

  get stdout(): Readable {
    return this.#process.stdout as Readable;
  }

  get stderr(): Readable {
    return this.#process.stderr as Readable;
  }

  /** Why the child has ended; undefined while it runs. */
  get end(): ChildEnd | undefined {
    return this.#end;
  }

  send(message: ToChild): void {
    this.sendParts(encode(message));
  }

  /** Sends a message that is encoded already. */
  sendParts(parts: readonly Uint8Array[]): void {
    if (this.#end) return;
    const input = this.#input;
    input.cork();
    input.write(frameHead(0, byteLengthOf(parts)));
    for (const part of parts) input.write(part);
    input.uncork();
  }

  /** Returns the activity that the child has written last. */
  activity(): NumberedActivity | undefined {
    return this.#end ? this.#lastActivity : readActivity(this.#file);
  }

  kill(): void {
    this.#isKilled = true;
    this.#process.kill('SIGKILL');
  }

  /** Lets the child end by itself: it runs its exit handlers. */
  leave(): void {
    this.#isLeaving = true;
    for (const at of [FROM_PARENT, LIFELINE]) (this.#process.stdio[at] as Socket | null)?.destroy();
  }

  /** Has the child keep this process alive, or no longer. */
  hold(isHeld: boolean): void {
    const change = isHeld ? 'ref' : 'unref';
    this.#process[change]();
    for (const stream of this.#process.stdio as (Socket | number | null)[]) {
      if (stream !== null && typeof stream === 'object') stream[change]?.();
    }
  }

  /** Ends a child whose side of a connection is closed: it waits for what never comes. */
  #endWithout(connection: Socket): void {
    // Only a stream that flows notices its end.
    connection.resume();
    // A connection that the child closes with a message unread breaks, and has no 'end'.
    connection.once('close', () => {
      if (this.#isLeaving) return;
      setTimeout(() => {
        if (this.#end || this.#process.exitCode !== null || this.#process.signalCode !== null) return;
        this.#isCutOff = true;
        this.kill();
      }, LAST_WORDS_MS).unref();
    });
  }

  /** Waits for what is still in the pipes. Processes that the child has started may keep its console open. */
  #untilDrained(code: number | null, signal: NodeJS.Signals | null): void {
    const { stdio } = this.#process;
    const open = [stdio[TO_PARENT], this.stdout, this.stderr] as Readable[];
    const ended = Promise.all(
      open.map(
        (stream) =>
          new Promise<void>((resolve) => (stream.closed ? resolve() : stream.once('close', resolve))),
      ),
    );
    const late = new Promise<void>((resolve) => {
      setTimeout(resolve, LAST_WORDS_MS);
    });
    Promise.race([ended, late]).then(() => this.#noteEnd(this.#reasonOf(code, signal)));
  }

  #reasonOf(code: number | null, signal: NodeJS.Signals | null): ChildEnd {
    if (this.#logs.isOutOfMemory) {
      return Object.assign(new Error('the heap of the process was full'), {
        code: 'ERR_WORKER_OUT_OF_MEMORY',
      });
    }
    const signalName = signal ?? signalOfCode(code);
    if (code === CUT_OFF_CODE || this.#isCutOff) return new ProcessEnd(CUT_OFF, code, signalName);
    if (this.#garbage !== undefined && signalName !== null) {
      const why = `the worker sent bytes that are no message; ${SPOILED}`;
      return Object.assign(new ProcessEnd(why, null, signalName), { cause: this.#garbage });
    }
    return processEndOf(code, signal, this.#isKilled);
  }

  /** The last lines that the child printed, to tell why it could not start. */
  get lastLines(): string {
    return this.#logs.lastLines;
  }

  #noteEnd(end: ChildEnd): void {
    if (this.#end) return;
    this.#lastActivity = readActivity(this.#file);
    this.#end = end;
    closeActivityFile(this.#file);
    for (const stream of this.#process.stdio as (Socket | number | null)[]) {
      if (stream !== null && typeof stream === 'object') stream.destroy();
    }
    this.emit('exit');
  }
}

/** Reads a message. Programs keep errors longer than messages, so these have memory of their own. */
function readMessage(content: Uint8Array): FromChild {
  const message = decode(content) as FromChild;
  return 'error' in message ? (decode(content, { copies: true }) as FromChild) : message;
}

const CUT_OFF =
  'the worker lost its connection to the program; the function, or something it uses, closed a file descriptor ' +
  `that it had not opened, from ${FROM_PARENT} to ${LIFELINE}`;
const SPOILED = `the function, or something it uses, may have written to file descriptor ${TO_PARENT}`;
