import type { Data } from 'apache-arrow';
import { offsetWords } from './layout.js';

/** Returns the byte length that all values of these chunks have, nulls included; undefined if they differ. */
export function constantWidth(chunks: readonly Data[]): number | undefined {
  let width: number | undefined;
  for (const chunk of chunks) {
    if (chunk.length === 0) continue;
    const own = widthOf(chunk);
    width ??= own;
    if (own === undefined || own !== width) return undefined;
  }
  return width;
}

/** Notes the byte length that all values of a chunk have, for {@link constantWidth}. */
export function noteConstantWidth(chunk: Data, width: number): void {
  known.set(chunk, width);
}

/** Returns rows `from` to `from` + length - 1 of a chunk, whose width is known if that of the chunk is. */
export function sliceOfWidth(chunk: Data, from: number, length: number): Data {
  const slice = chunk.slice(from, length);
  const width = known.get(chunk);
  if (width !== undefined) known.set(slice, width);
  return slice;
}

/** The widths that are known: a table is asked by its keys and by each of its calls. */
const known = new WeakMap<Data, number | undefined>();

function widthOf(chunk: Data): number | undefined {
  if (known.has(chunk)) return known.get(chunk);
  const { words, step } = offsetWords(chunk);
  const first = words[step] - words[0];
  const width = isConstant(words, step, chunk.length, first) ? first : undefined;
  known.set(chunk, width);
  return width;
}

function isConstant(words: Uint32Array, step: number, length: number, width: number): boolean {
  const first = words[0];
  // A quick check that most columns of varying widths fail.
  if (words[length * step] !== first + length * width) return false;
  for (let row = 1; row < length; row++) if (words[row * step] !== first + row * width) return false;
  return true;
}
