const LF = 10;
const CR = 13;

/**
 * Follows the quotes of a file through its pieces, to find where lines begin: a line break inside quotes ends
 * no line. A quote opens only where a field begins; elsewhere it stands for itself.
 */
export class LineFinder {
  readonly #delimiter: number;
  readonly #quote: number;
  #isInside = false;
  #before = LF;
  /** True after a quote inside quotes, which closes them unless another follows. */
  #isClosing = false;

  constructor(delimiter: number, quote: number) {
    this.#delimiter = delimiter;
    this.#quote = quote;
  }

  /** Goes over a piece. */
  skip(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const isQuiet = !this.#isInside && !this.#isClosing && !bytes.includes(this.#quote);
    if (this.#quote < 0 || isQuiet) this.#before = bytes[bytes.length - 1];
    else this.#follow(bytes, false);
  }

  /** Goes over a piece up to the beginning of the next line; returns its position, or -1 if there is none. */
  nextLine(bytes: Buffer): number {
    return this.#follow(bytes, true);
  }

  #follow(bytes: Buffer, untilLine: boolean): number {
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    let isInside = this.#isInside;
    let isClosing = this.#isClosing;
    let before = this.#before;
    let found = -1;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (isClosing) {
        isClosing = false;
        if (byte === quote) {
          before = byte;
          continue;
        }
        isInside = false;
      }
      if (isInside) isClosing = byte === quote;
      else if (byte === quote) isInside = before === delimiter || before === LF || before === CR;
      else if (untilLine && byte === LF) {
        found = at + 1;
        before = byte;
        break;
      }
      before = byte;
    }
    this.#isInside = isInside;
    this.#isClosing = isClosing;
    this.#before = before;
    return found;
  }
}
