import { constantWidth, layoutOf } from '../arrow/index.js';
import { isForKernel, numberJoined, type WordColumn } from '../kernel/index.js';
import type { ChunkedColumn } from './chunked-column.js';
import { constantBytes } from './constant-offsets.js';
import { codesOfTags, MAX_CONSTANT_WIDTH } from './factorize-constant-width.js';
import { validityBits } from './kernel-chunks.js';
import type { KeyCodes } from './key-codes.js';

/**
 * Numbers the keys of several columns at once, where all are short texts of constant widths, such as codes of
 * airports, without nulls. Returns undefined for other columns, whose codes are then combined.
 */
export function factorizeJoined(columns: readonly ChunkedColumn[], codes: Int32Array): KeyCodes | undefined {
  if (columns.length < 2 || !isForKernel(codes.length, columns[0].chunks.length)) return undefined;
  const joined: WordColumn[] = [];
  let bytes = 0;
  for (const column of columns) {
    const width = widthOf(column);
    if (width === undefined || !haveSameLengths(column, columns[0])) return undefined;
    bytes += width;
    joined.push({ width, chunks: column.chunks.map((chunk) => wordsOf(chunk, width)) });
  }
  if (bytes > MAX_CONSTANT_WIDTH) return undefined;
  const numbered = numberJoined(joined, codes);
  return numbered && codesOfTags(codes, numbered);
}

const wordsOf = (chunk: ChunkedColumn['chunks'][number], width: number) => ({
  ...validityBits(chunk),
  bytes: constantBytes(chunk, width),
});

/** Returns the bytes of a key; undefined for keys of other kinds and for columns with nulls. */
function widthOf({ type, chunks, cells }: ChunkedColumn): number | undefined {
  if (cells || layoutOf(type) !== 'variable') return undefined;
  for (const { nullCount } of chunks) if (nullCount > 0) return undefined;
  return constantWidth(chunks);
}

function haveSameLengths({ chunks: a }: ChunkedColumn, { chunks: b }: ChunkedColumn): boolean {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k].length !== b[k].length) return false;
  return true;
}
