import { tableFromIPC } from 'apache-arrow';
import { reviveSchema, toIpcStream } from '../../../arrow/index.js';
import { writtenTable } from '../../../cluster/inside.js';
import {
  type CombineInput,
  combine,
  type Results,
  reviveResults,
  type WireResults,
} from '../../../combine/index.js';
import { reviveError } from '../../../values/index.js';
import { decode } from '../../../wire/index.js';
import type { Answer, WriteCall } from '../protocol.js';
import { RowReader, stays } from '../rows.js';

/** Results of so many rows are joined before they are emitted. */
const JOINED_ROWS = 64 * 1024;

/** The rows of a task that hold results, which it gives columns of their own. */
export class KeptRows {
  readonly #call: WriteCall;
  readonly #emit: (stream: Uint8Array) => void;
  readonly #reader = new RowReader((bytes) => this.#take(reviveResults(decode(bytes) as WireResults)));
  readonly #answers = new RowReader((bytes) => requireSuccess(decode(bytes) as Answer));
  #pieces: Uint8Array[] = [];
  #results: Results[] = [];
  #rows = 0;

  /** @param emit takes a stream of Arrow data with some of the rows */
  constructor(call: WriteCall, emit: (stream: Uint8Array) => void) {
    this.#call = call;
    this.#emit = emit;
  }

  add(piece: Uint8Array): void {
    this.#pieces.push(piece);
  }

  /** Reads the rows so far, and emits what is complete of the results. */
  run(): void {
    const pieces = this.#pieces;
    this.#pieces = [];
    if (pieces.length === 0) return;
    const table = tableFromIPC(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces));
    for (const body of (table.getChild('body') ?? []) as Iterable<Uint8Array>) {
      (stays(body) ? this.#reader : this.#answers).add(body);
    }
    this.#flush();
  }

  #take(results: Results): void {
    this.#results.push(results);
    for (const { numRows } of results.segments) this.#rows += numRows;
    if (this.#rows >= JOINED_ROWS) this.#flush();
  }

  #flush(): void {
    if (this.#rows === 0) return;
    const [declared, written] = [this.#call.reads, this.#call.writes].map((schema) => reviveSchema(schema));
    const input: CombineInput = {
      schema: declared,
      declared,
      inputRows() {
        throw new TypeError('kept results have all their rows');
      },
      describeGroup: (group) => `${group} of a task`,
    };
    const table = writtenTable(combine(this.#results, input), written);
    this.#results = [];
    this.#rows = 0;
    for (let from = 0; from < table.numRows; from += JOINED_ROWS) {
      this.#emit(toIpcStream(table.slice(from, from + JOINED_ROWS)));
    }
  }
}

function requireSuccess(answer: Answer): void {
  if (answer.type === 'broken') throw reviveError(answer.error);
  if (answer.type === 'failure' && answer.failure.kind !== 'late') {
    throw new Error('a group failed when it ran again, since an executor with its result was lost');
  }
}
