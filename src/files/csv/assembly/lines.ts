/*
 * The inner loops of reading CSV: where fields begin and end, and the values that most columns have. This is
 * AssemblyScript: addresses are `usize`, and loads and stores are not checked. There are 64 bytes of room
 * before and behind the text and every output. Positions count from the beginning of the text, in 32 bits.
 *
 * Each function that reads values gets the addresses of the first field's start and end, and the bytes from
 * there to the next row's. It stops at the first value that is not as usual, and returns how many it read.
 * `nulls` gets the rows that are empty, and `result` their number.
 */

import { LF, CR, QUOTED, ESCAPED } from './bytes/characters';

// The caller's, for each line that is left out; -1 fields stand for wrong quotes.
// @ts-ignore: decorators of functions exist in AssemblyScript
@external('env', 'bad')
declare function bad(line: i32, numFields: i32): void;

/** Returns a bit for each of 64 bytes that is one of four. */
// @ts-ignore: decorators of functions exist in AssemblyScript
@inline
function marks(at: usize, a: v128, b: v128, c: v128, d: v128): u64 {
  return (
    marks16(v128.load(at), a, b, c, d) |
    (marks16(v128.load(at, 16), a, b, c, d) << 16) |
    (marks16(v128.load(at, 32), a, b, c, d) << 32) |
    (marks16(v128.load(at, 48), a, b, c, d) << 48)
  );
}

// @ts-ignore: decorators of functions exist in AssemblyScript
@inline
function marks16(bytes: v128, a: v128, b: v128, c: v128, d: v128): u64 {
  const first = v128.or(i8x16.eq(bytes, a), i8x16.eq(bytes, b));
  const second = v128.or(i8x16.eq(bytes, c), i8x16.eq(bytes, d));
  return <u64>(<u32>i8x16.bitmask(v128.or(first, second)));
}

/**
 * Finds the fields of whole lines from `at` on, as many as there is room for. Returns the position of the
 * first line that it did not read. `result` gets the number of rows, and whether there are quotes.
 */
export function indexLines(
  text: usize,
  at: i32,
  end: i32,
  isLast: i32,
  delimiter: i32,
  quote: i32,
  numColumns: i32,
  maxRows: i32,
  starts: usize,
  ends: usize,
  kinds: usize,
  lines: usize,
  result: usize,
): i32 {
  const a = i8x16.splat(<i8>delimiter);
  const b = i8x16.splat(<i8>LF);
  const c = i8x16.splat(<i8>CR);
  const d = i8x16.splat(<i8>quote);
  let row = 0;
  let hasQuotes = false;
  let line = at;
  let start = at;
  let column = 0;
  let rowField = 0;
  let isBroken = false;
  let base = at;
  let mask = marks(text + base, a, b, c, d);
  let next = at;
  while (true) {
    while (mask == 0) {
      base += 64;
      if (base >= end) break;
      mask = marks(text + base, a, b, c, d);
    }
    if (mask == 0) break;
    let position = base + <i32>ctz(mask);
    if (position >= end) break;
    mask &= mask - 1;
    let byte = <i32>load<u8>(text + position);
    const field = <usize>(rowField + column);
    if (byte == quote) {
      // Inside of an unquoted field it stands for itself.
      if (position != start) continue;
      let isEscaped = false;
      position++;
      while (true) {
        position = find(text, position, end, quote);
        if (position >= end - 1 || <i32>load<u8>(text + position, 1) != quote) break;
        isEscaped = true;
        position += 2;
      }
      if (position >= end - 1 && !isLast) break;
      if (column < numColumns) {
        store<i32>(starts + (field << 2), start + 1);
        store<i32>(ends + (field << 2), position);
        store<u8>(kinds + field, <u8>(isEscaped ? ESCAPED : QUOTED));
        hasQuotes = true;
      }
      position++;
      byte = position < end ? <i32>load<u8>(text + position) : 0;
      if (byte != delimiter && byte != LF && byte != CR) {
        isBroken = true;
        while (position < end && byte != delimiter && byte != LF) byte = <i32>load<u8>(text + ++position);
        if (position >= end) {
          if (!isLast) break;
          byte = LF;
        }
      }
      base = position + 1;
      mask = base < end ? marks(text + base, a, b, c, d) : 0;
    } else if (column < numColumns) {
      store<i32>(starts + (field << 2), start);
      store<i32>(ends + (field << 2), position);
      if (hasQuotes) store<u8>(kinds + field, 0);
    }
    start = position + 1;
    if (byte == delimiter) {
      column++;
      continue;
    }
    // An empty line is no row, not even of a single column.
    if (position > line) {
      if (column + 1 == numColumns && !isBroken) {
        store<i32>(lines + (<usize>row << 2), line);
        row++;
        rowField += numColumns;
      } else bad(line, isBroken ? -1 : column + 1);
    }
    column = 0;
    isBroken = false;
    line = start;
    if (row == maxRows) break;
  }
  store<i32>(result, row);
  store<i32>(result, <i32>hasQuotes, 4);
  return min(line, end);
}

/** Returns the position of a byte; `end` if there is none. */
function find(text: usize, from: i32, end: i32, byte: i32): i32 {
  const wanted = i8x16.splat(<i8>byte);
  for (let at = from; at < end; at += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(text + at), wanted));
    if (found != 0) return min(end, at + ctz(found));
  }
  return end;
}
