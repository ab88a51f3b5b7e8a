import { byteLengthOf, FrameReader, frameHead } from '../../wire/index.js';

/*
 * The bytes of a task's answers. A row holds at most {@link ROW_BYTES}: servers send rows in messages of a
 * few megabytes. So the answers of a task are one stream of frames, cut into rows; the first byte of a row
 * says whether a stream begins there.
 */

export const ROW_BYTES = 2 * 1024 * 1024;
const BEGINS = 1;
const GOES_ON = 0;
/** Is added to the first byte of a row that stays on the cluster. */
const STAYS = 4;
/** Begins a row with a text: the glue could not start the runner. */
const TROUBLE = 2;
/** The kind of all frames in this stream. */
const ANSWER = 1;

/** Cuts the answers of a task into rows. */
export class RowWriter {
  readonly #emit: (row: Uint8Array) => void;
  readonly #row = new Uint8Array(ROW_BYTES);
  #used = 1;
  #isFirst = true;

  readonly #mark: number;

  /**
   * @param emit takes a row, whose memory is used again for the next
   * @param stays says that the rows stay on the cluster
   */
  constructor(emit: (row: Uint8Array) => void, stays = false) {
    this.#emit = emit;
    this.#mark = stays ? STAYS : 0;
  }

  /** Says that another runner has emitted rows of the stream before. */
  goOn(): void {
    this.#isFirst = false;
  }

  /** Adds an answer, in parts as `encode` gives them. */
  add(parts: readonly Uint8Array[]): void {
    for (const part of [frameHead(ANSWER, byteLengthOf(parts)), ...parts]) this.#write(part);
  }

  /** Emits what has not been emitted. */
  flush(): void {
    if (this.#used === 1) return;
    this.#row[0] = (this.#isFirst ? BEGINS : GOES_ON) + this.#mark;
    this.#emit(this.#row.subarray(0, this.#used));
    this.#isFirst = false;
    this.#used = 1;
  }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength; ) {
      const piece = bytes.subarray(at, at + ROW_BYTES - this.#used);
      this.#row.set(piece, this.#used);
      this.#used += piece.byteLength;
      at += piece.byteLength;
      if (this.#used === ROW_BYTES) this.flush();
    }
  }
}

/** Returns a row with a text for the glue, which fails with it. */
export const troubleRow = (text: string): Uint8Array =>
  Buffer.concat([Uint8Array.of(TROUBLE), Buffer.from(text)]);

/** Tells whether a row stays on the cluster. */
export const stays = (row: Uint8Array): boolean => (row[0] & STAYS) !== 0;

/** The glue's message that it cannot start the runner. */
export class GlueTrouble extends Error {}

/** Puts the answers in rows together, those of one task after those of another. */
export class RowReader {
  readonly #onAnswer: (answer: Uint8Array<ArrayBuffer>, task: number) => void;
  #reader: FrameReader | undefined;
  #task = -1;

  /** @param onAnswer takes an answer, and the number of its task in the order of arrival */
  constructor(onAnswer: (answer: Uint8Array<ArrayBuffer>, task: number) => void) {
    this.#onAnswer = onAnswer;
  }

  /** @throws GlueTrouble */
  add(row: Uint8Array): void {
    if (row[0] === TROUBLE) throw new GlueTrouble(Buffer.from(row.subarray(1)).toString());
    if ((row[0] & ~STAYS) === BEGINS) {
      const task = ++this.#task;
      this.#reader = new FrameReader(({ content }) => this.#onAnswer(content, task));
    }
    if (this.#reader === undefined) throw new Error('the answers of a task lack their beginning');
    this.#reader.push(row.subarray(1));
  }
}
