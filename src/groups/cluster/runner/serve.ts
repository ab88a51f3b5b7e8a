import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { type Table, tableFromIPC } from 'apache-arrow';
import type { LeasePool } from '../../../run/index.js';
import type { ShippedFunction } from '../../../ship/worker.js';
import { describeError } from '../../../values/index.js';
import { byteLengthOf, decode, encode } from '../../../wire/index.js';
import type { InitializedCall } from '../../initializer.js';
import {
  type Answer,
  BUNDLED,
  FrameKind,
  type Resumption,
  type RunnerCall,
  type WireCall,
  type WriteCall,
} from '../protocol.js';
import { RowWriter, troubleRow } from '../rows.js';
import { KeptRows } from './kept-rows.js';
import { Marks } from './marks.js';
import { partOfGroups } from './part-of-groups.js';
import { beginOfLastGroup, partOfRows, type RunnerPart } from './part-of-rows.js';
import { Pipes } from './pipes.js';
import { type PartHost, runPart } from './run-part.js';

export { OWN_ARROW } from '../protocol.js';

/** So many calls keep what their initializers made. */
const MOST_CALLS = 4;

/** Works on the tasks that come through a pipe, one after the other, until the glue closes it. */
export async function serveTasks(input: number, output: number, lease: LeasePool): Promise<void> {
  const pipes = new Pipes(input, output);
  const calls = new KnownCalls();
  for (;;) {
    const emit = (row: Uint8Array) => {
      pipes.write(FrameKind.row, row);
      marks.hurry();
    };
    const writer = new RowWriter(emit);
    const staying = new RowWriter(emit, true);
    const marks = new Marks((content) => {
      writer.flush();
      staying.flush();
      pipes.write(FrameKind.mark, content);
    });
    const over = new AbortController();
    let [bytes, most] = [0, Number.POSITIVE_INFINITY];
    const isOver = await serveTask(pipes, calls, {
      lease,
      emit,
      marks,
      over: over.signal,
      limit(mostBytes) {
        most = mostBytes;
      },
      answer(answer) {
        if (over.signal.aborted) return;
        const parts = encode(answer);
        bytes += byteLengthOf(parts);
        if (bytes <= most) return writer.add(parts);
        // More would fill the memory of the server before it says so.
        writer.flush();
        emit(troubleRow(`AP_LARGE_RESULTS: ${JSON.stringify({ host: hostname(), bytes, most })}`));
        over.abort();
      },
      keep: (results) => staying.add(encode(results)),
      goOn({ hasAnswers, hasKept }) {
        if (hasAnswers) writer.goOn();
        if (hasKept) staying.goOn();
      },
    });
    if (isOver) return;
    writer.flush();
    staying.flush();
    pipes.write(FrameKind.done);
  }
}

/** The services and settings of a task; its rows come apart. */
interface TaskHost extends Omit<PartHost, 'initialized' | 'resumed'> {
  /** Has the rows of the result go on after those of another process. */
  goOn(resumed: Resumption): void;
  /** Sets how many bytes the answers of the task may have. */
  limit(mostBytes: number): void;
  /** Takes a row of the task's result. */
  emit(row: Uint8Array): void;
}

/** Works on a task. Returns true if the glue has closed its pipe. */
async function serveTask(pipes: Pipes, calls: KnownCalls, host: TaskHost): Promise<boolean> {
  let rows: TaskRows | KeptRows | undefined;
  let fn: ShippedFunction | undefined;
  let isBroken = false;
  // Tells an error once; the rest of the task is read and ignored.
  const attempt = async (what: () => unknown) => {
    if (isBroken) return;
    try {
      await what();
    } catch (error) {
      isBroken = true;
      const broken: Answer = { type: 'broken', host: hostname(), error: describeError(error) };
      // Rows of results have no place for an answer.
      if (rows instanceof KeptRows) host.emit(troubleRow(String(error)));
      else host.answer(broken);
    }
  };
  for (let frame = pipes.read(); frame; frame = pipes.read()) {
    const { kind, content } = frame;
    switch (kind) {
      case FrameKind.functionFile:
        await attempt(() => {
          fn = calls.functionIn(Buffer.from(content).toString());
        });
        break;
      case FrameKind.call:
        await attempt(() => {
          const call = decode(content) as WireCall | WriteCall;
          if ('mostBytes' in call && call.mostBytes !== undefined) host.limit(call.mostBytes);
          rows =
            'writes' in call
              ? new KeptRows(call, host.emit)
              : new TaskRows(withModules({ ...call, fn: call.fn ?? (fn as ShippedFunction) }), host, calls);
        });
        break;
      case FrameKind.resume:
        await attempt(() => {
          const resumed = JSON.parse(Buffer.from(content).toString()) as Resumption;
          host.goOn(resumed);
          if (rows instanceof TaskRows) rows.resumed = resumed;
        });
        break;
      case FrameKind.data:
        if (!isBroken) rows?.add(content);
        break;
      case FrameKind.cut:
        await attempt(() => rows?.run(false));
        break;
      case FrameKind.end:
        await attempt(() => rows?.run(true));
        return false;
    }
  }
  return true;
}

/** Returns a call whose function finds its modules beside this file. */
function withModules(call: RunnerCall): RunnerCall {
  const nodes = call.fn.nodes.map((node) =>
    node.kind === 'module' && node.id.startsWith(BUNDLED)
      ? { ...node, id: new URL(node.id.slice(BUNDLED.length), import.meta.url).href }
      : node,
  );
  return { ...call, fn: { ...call.fn, nodes } };
}

/** The calls whose initializers the thread may have run, and the last function that was read from a file. */
class KnownCalls {
  readonly #initialized = new Map<string, InitializedCall>();
  #next = 0;
  #function: { readonly path: string; readonly fn: ShippedFunction } | undefined;

  /** Returns the function in a file, whose name is of its content; the tasks of a call have the same. */
  functionIn(path: string): ShippedFunction {
    if (this.#function?.path !== path) {
      // Lets the old one go before the new one is read.
      this.#function = undefined;
      this.#function = { path, fn: decode(readFileSync(path)) as ShippedFunction };
    }
    return this.#function.fn;
  }

  of({ id, hasInitializer }: RunnerCall): InitializedCall | undefined {
    const known = this.#initialized.get(id);
    if (known || !hasInitializer) return known;
    // The program runs one call after the other on a session, or few at once.
    for (const [old, { life }] of this.#initialized) {
      if (this.#initialized.size < MOST_CALLS) break;
      Atomics.store(life, 0, 0);
      this.#initialized.delete(old);
    }
    const life = new Int32Array(new SharedArrayBuffer(4)).fill(1);
    const made: InitializedCall = { id: this.#next++, life };
    this.#initialized.set(id, made);
    return made;
  }
}

/** The rows of a task, and its call. */
class TaskRows {
  readonly #call: RunnerCall;
  readonly #host: Omit<PartHost, 'resumed'>;
  #pieces: Uint8Array[] = [];
  /** Rows of a group that may go on. */
  #rest: Table | undefined;
  /** How far another process came with the part that comes next. */
  resumed: Resumption | undefined;

  constructor(call: RunnerCall, host: TaskHost, calls: KnownCalls) {
    this.#call = call;
    this.#host = { ...host, initialized: calls.of(call) };
  }

  add(piece: Uint8Array): void {
    this.#pieces.push(piece);
  }

  /** Runs the groups of the rows so far; all of them if no more come, else those that are complete. */
  async run(isEnd: boolean): Promise<void> {
    const { rows } = this.#call;
    const first = this.#rest?.numRows ?? 0;
    const table = this.#take();
    if (table === undefined) return;
    if (rows === undefined) {
      for (const bytes of table.getChild('body') ?? []) {
        await this.#runPart(partOfGroups(bytes as Uint8Array), 1);
      }
      return;
    }
    const complete = isEnd ? table.numRows : beginOfLastGroup(table, rows, first);
    this.#rest = isEnd ? undefined : table.slice(complete);
    if (complete === 0) return;
    await this.#runPart(partOfRows(table.slice(0, complete), rows), complete);
  }

  /** Runs a part that is made of so many rows of the input. */
  async #runPart(part: RunnerPart, inputRows: number): Promise<void> {
    const { resumed } = this;
    this.resumed = undefined;
    await runPart(this.#call, part, { ...this.#host, resumed });
    this.#host.marks.endPart(inputRows);
  }

  #take(): Table | undefined {
    const pieces = this.#pieces;
    this.#pieces = [];
    const rest = this.#rest;
    this.#rest = undefined;
    if (pieces.length === 0) return rest;
    const table = tableFromIPC(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces));
    return rest ? rest.concat(table) : table;
  }
}
