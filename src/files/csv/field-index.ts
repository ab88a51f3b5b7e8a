/*
 * Finds the fields of lines. The positions of a block of lines are found first, and each column is then read
 * in a loop of its own: both loops stay small, and V8 compiles them well.
 */

const LF = 10;
const CR = 13;

/** The kind of a field: as it stands, in quotes, or in quotes with doubled quotes inside. */
export const PLAIN = 0;
export const QUOTED = 1;
export const ESCAPED = 2;

/** The memory of a {@link FieldIndex}. */
type FieldArrays = Pick<FieldIndex, 'starts' | 'ends' | 'kinds' | 'lines'>;

/** The fields of a block of lines: field `row * numColumns + column` is bytes starts … ends-1. */
export class FieldIndex {
  readonly numColumns: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly kinds: Uint8Array;
  /** The position of each line. */
  readonly lines: Int32Array;
  numRows = 0;
  hasQuotes = false;

  constructor(numColumns: number, maxRows: number, arrays?: FieldArrays) {
    this.numColumns = numColumns;
    this.starts = arrays?.starts ?? new Int32Array(numColumns * maxRows);
    this.ends = arrays?.ends ?? new Int32Array(numColumns * maxRows);
    this.kinds = arrays?.kinds ?? new Uint8Array(numColumns * maxRows);
    this.lines = arrays?.lines ?? new Int32Array(maxRows);
  }

  /** Removes a row. */
  remove(row: number): void {
    const { numColumns } = this;
    for (const array of [this.starts, this.ends, this.kinds]) {
      array.copyWithin(row * numColumns, (row + 1) * numColumns, this.numRows * numColumns);
    }
    this.lines.copyWithin(row, row + 1, this.numRows);
    this.numRows--;
  }
}

/** A line with more or fewer fields than there are columns, or with text after a closing quote. */
export interface BadLine {
  readonly at: number;
  /** Undefined if the quotes are wrong. */
  readonly numFields: number | undefined;
}

/** Returns the text with a line break at its end, which stops every loop over it. */
export const withLastBreak = (bytes: Buffer): Buffer =>
  bytes.length === 0 || bytes[bytes.length - 1] === LF ? bytes : Buffer.concat([bytes, Buffer.of(LF)]);

/**
 * Fills the index with the lines from `at` on, as many as it holds, and returns where the next line begins.
 * The text must end with a line break. `onBad` gets each line that is left out.
 */
export function indexLines(
  bytes: Uint8Array,
  at: number,
  delimiter: number,
  quote: number,
  index: FieldIndex,
  onBad: (line: BadLine) => void,
): number {
  const { starts, ends, kinds, lines, numColumns } = index;
  const end = bytes.length;
  const maxRows = lines.length;
  /** Bytes above it, as most are, are neither a delimiter nor a line break. */
  const limit = Math.max(delimiter, CR);
  let next = at;
  let row = 0;
  if (index.hasQuotes) kinds.fill(PLAIN);
  index.hasQuotes = false;
  while (next < end && row < maxRows) {
    const first = bytes[next];
    // An empty line is no row, not even of a single column.
    if (first === LF || first === CR) {
      next++;
      continue;
    }
    const line = next;
    const base = row * numColumns;
    let column = 0;
    let isBroken = false;
    for (;;) {
      let byte = bytes[next];
      const start = next;
      if (byte === quote) {
        const close = closingQuote(bytes, next + 1, quote);
        const isEscaped = close < 0;
        const stop = isEscaped ? ~close : close;
        if (column < numColumns) {
          starts[base + column] = start + 1;
          ends[base + column] = stop;
          kinds[base + column] = isEscaped ? ESCAPED : QUOTED;
          index.hasQuotes = true;
        }
        next = stop + 1;
        byte = bytes[next];
        if (next >= end || (byte !== delimiter && byte !== LF && byte !== CR)) {
          isBroken = true;
          while (next < end && bytes[next] !== delimiter && bytes[next] !== LF) next++;
          byte = next < end ? bytes[next] : LF;
        }
      } else {
        for (;;) {
          while (byte > limit) byte = bytes[++next];
          if (byte === delimiter || byte === LF || byte === CR) break;
          byte = bytes[++next];
        }
        if (column < numColumns) {
          starts[base + column] = start;
          ends[base + column] = next;
        }
      }
      column++;
      next++;
      if (byte === delimiter) continue;
      if (byte === CR && bytes[next] === LF) next++;
      break;
    }
    if (column === numColumns && !isBroken) lines[row++] = line;
    else {
      if (index.hasQuotes) kinds.fill(PLAIN, base, base + numColumns);
      onBad({ at: line, numFields: isBroken ? undefined : column });
    }
  }
  index.numRows = row;
  return Math.min(next, end);
}

/** Returns the position of the quote that closes a field; its complement if quotes are doubled inside. */
function closingQuote(bytes: Uint8Array, from: number, quote: number): number {
  const end = bytes.length;
  let isEscaped = false;
  for (let at = from; ; at++) {
    while (at < end && bytes[at] !== quote) at++;
    if (at >= end - 1 || bytes[at + 1] !== quote) return isEscaped ? ~at : at;
    isEscaped = true;
    at++;
  }
}
