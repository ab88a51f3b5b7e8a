import type { Data } from 'apache-arrow';
import { offsetWords } from './layout.js';

/**
 * The bytes decoded in one call. A string may keep the whole block it is a slice of alive, so blocks are
 * small.
 */
const blockBytes = 1 << 16;

/**
 * Reads all strings of a Utf8 or LargeUtf8 column to `out`, from position `at`; those of null rows are
 * unspecified. A call of the decoder costs more than most strings, so it decodes whole blocks and slices
 * them. To read single strings, use `ShortStringCache`.
 */
export function readUtf8(data: Data, out: string[], at: number): void {
  const bytes = data.values as Uint8Array | undefined;
  if (!bytes || bytes.length === 0) {
    out.fill('', at, at + data.length);
    return;
  }
  const { words, step } = offsetWords(data);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const n = data.length;
  for (let row = 0; row < n; ) {
    const from = words[row * step];
    let end = row + 1;
    while (end < n && words[(end + 1) * step] - from <= blockBytes) end++;
    const to = words[end * step];
    const text = buffer.toString('utf8', from, to);
    if (text.length === to - from) cutAscii(text, bytes, words, step, row, end, out, at);
    else if (!cutUnicode(text, bytes, words, step, row, end, out, at)) {
      for (let i = row; i < end; i++) {
        out[at + i] = buffer.toString('utf8', words[i * step], words[(i + 1) * step]);
      }
    }
    row = end;
  }
}

/** Compares bytes from the end. A run of equal values, such as a group's key, becomes one string. */
function sameBytes(bytes: Uint8Array, a: number, b: number, length: number): boolean {
  for (let k = length - 1; k >= 0; k--) if (bytes[a + k] !== bytes[b + k]) return false;
  return true;
}

function cutAscii(
  text: string,
  bytes: Uint8Array,
  words: Uint32Array,
  step: number,
  row: number,
  end: number,
  out: string[],
  at: number,
): void {
  const base = words[row * step];
  let last = '';
  let lastFrom = base;
  for (let i = row; i < end; i++) {
    const from = words[i * step];
    const length = words[(i + 1) * step] - from;
    if (length !== last.length || !sameBytes(bytes, from, lastFrom, length)) {
      last = text.slice(from - base, from - base + length);
      lastFrom = from;
    }
    out[at + i] = last;
  }
}

/** Returns false if the bytes are not valid UTF-8: then the units do not add up, and `out` is wrong. */
function cutUnicode(
  text: string,
  bytes: Uint8Array,
  words: Uint32Array,
  step: number,
  row: number,
  end: number,
  out: string[],
  at: number,
): boolean {
  let unit = 0;
  let last = '';
  let lastFrom = 0;
  let lastLength = 0;
  for (let i = row; i < end; i++) {
    const from = words[i * step];
    const to = words[(i + 1) * step];
    if (to - from === lastLength && sameBytes(bytes, from, lastFrom, lastLength)) {
      unit += last.length;
      out[at + i] = last;
      continue;
    }
    let units = 0;
    for (let k = from; k < to; k++) {
      const byte = bytes[k];
      // A character is one UTF-16 unit, or two if it has four bytes; continuation bytes count nothing.
      if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
    }
    last = text.slice(unit, unit + units);
    lastFrom = from;
    lastLength = to - from;
    out[at + i] = last;
    unit += units;
  }
  return unit === text.length;
}
