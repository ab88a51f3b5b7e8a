const MARK_MS = 500;

/**
 * Tells the glue which groups have their answers in rows that it has: they do not run again if this process
 * ends. A mark is made with each row that is full, and at most twice a second otherwise, for it sends a row
 * that is not full.
 */
export class Marks {
  readonly #send: (content: Uint8Array) => void;
  #groups: number[] = [];
  #rows = 0;
  #last = performance.now();
  #isDue = false;

  /** @param send flushes the answers, and passes on the content of a mark */
  constructor(send: (content: Uint8Array) => void) {
    this.#send = send;
  }

  /** Has the next answers end with a mark. */
  hurry(): void {
    this.#isDue = true;
  }

  /** Adds groups of the part in progress that need not run again. */
  add(groups: Iterable<number>): void {
    for (const group of groups) this.#groups.push(group);
  }

  /** Makes a mark if one is due: all answers of the groups added so far have been given. */
  tick(): void {
    if (this.#isDue || performance.now() - this.#last >= MARK_MS) this.mark();
  }

  /** Says that the part in progress is done, and so many rows of the input with it. */
  endPart(rows: number): void {
    this.#groups = [];
    this.#rows += rows;
    this.mark();
  }

  mark(): void {
    const content = Buffer.alloc(8 + 4 * this.#groups.length);
    content.writeBigUInt64LE(BigInt(this.#rows));
    for (const [k, group] of this.#groups.entries()) content.writeUInt32LE(group, 8 + 4 * k);
    this.#groups = [];
    this.#send(content);
    this.#last = performance.now();
    this.#isDue = false;
  }
}
