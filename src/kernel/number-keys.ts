import { KeyTable, type NumberedKeys } from './key-table.js';
import { piecesOf, Stage, type TextChunk, TextStage, type WordChunk } from './stage.js';
import { PIECE_ROWS, type WorkMemory, withWorkMemory } from './work-memory.js';

/* Keys to codes in the kernel. */

/** A chunk of indices into a dictionary, of 1, 2 or 4 bytes, or the low words of 8 bytes. */
export type IndexChunk = WordChunk;

/** The bits of a float: those of its absolute value, and infinity. Larger absolute values are NaN. */
export interface FloatBits {
  readonly absolute: bigint;
  readonly infinity: bigint;
}

const ALL_BITS = (1n << 64n) - 1n;

export interface WordOptions {
  readonly float?: FloatBits;
  /** Is asked once, at {@link MANY_KEYS} keys, with the eight bytes of each; false gives up. */
  goesOn?(tags: Uint8Array): boolean;
}

const MANY_KEYS = 1 << 14;

/**
 * Numbers keys of `width` bytes and writes the codes of all rows. Returns undefined without the kernel, or if
 * it is to give up.
 */
export function numberWords(
  chunks: readonly WordChunk[],
  width: number,
  codes: Int32Array,
  options: WordOptions = {},
): NumberedKeys | undefined {
  return withWorkMemory(wordsIn, chunks, width, codes, options);
}

function wordsIn(
  memory: WorkMemory,
  chunks: readonly WordChunk[],
  width: number,
  codes: Int32Array,
  { float, goesOn }: WordOptions,
): NumberedKeys | undefined {
  const mask = (1n << BigInt(width * 8)) - 1n;
  const { absolute, infinity } = float ?? { absolute: ALL_BITS, infinity: ALL_BITS };
  const { kernel } = memory;
  const table = new KeyTable(memory, false);
  const stage = new Stage(memory);
  const source = memory.take(PIECE_ROWS * width);
  let isAsked = goesOn === undefined;
  let row = 0;
  for (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += PIECE_ROWS) {
      const n = Math.min(PIECE_ROWS, chunk.length - from);
      memory.bytes.set(chunk.bytes.subarray(from * width, (from + n) * width), source);
      const { bits, bit } = stage.validity(chunk, from, n);
      for (let done = 0; done < n; ) {
        done += kernel.numberWords(
          table.address,
          source + done * width,
          width,
          mask,
          absolute,
          infinity,
          bits,
          bit + done,
          stage.codes + done * 4,
          row + done,
          n - done,
        );
        if (done < n) table.grow();
      }
      stage.copyCodes(codes, row, n);
      row += n;
      if (isAsked || table.count < MANY_KEYS) continue;
      isAsked = true;
      if (goesOn?.(table.take().tags) === false) return undefined;
    }
  }
  return table.take();
}

/** A column whose keys all have `width` bytes; no row is null. */
export interface WordColumn {
  readonly chunks: readonly WordChunk[];
  readonly width: number;
}

/**
 * Numbers the keys of several columns as one, which have up to eight bytes together, and writes the codes of
 * all rows. The chunks of all columns have the same lengths. Returns undefined without the kernel.
 */
export function numberJoined(columns: readonly WordColumn[], codes: Int32Array): NumberedKeys | undefined {
  return withWorkMemory(joinedIn, columns, codes);
}

function joinedIn(memory: WorkMemory, columns: readonly WordColumn[], codes: Int32Array): NumberedKeys {
  const { kernel } = memory;
  const table = new KeyTable(memory, false);
  const stage = new Stage(memory);
  const [source, words] = [memory.take(PIECE_ROWS * 8), memory.take(PIECE_ROWS * 8)];
  let row = 0;
  for (let k = 0; k < columns[0].chunks.length; k++) {
    const { length } = columns[0].chunks[k];
    for (let from = 0; from < length; from += PIECE_ROWS) {
      const n = Math.min(PIECE_ROWS, length - from);
      let bits = 0n;
      for (const { chunks, width } of columns) {
        memory.bytes.set(chunks[k].bytes.subarray(from * width, (from + n) * width), source);
        kernel.joinWords(source, width, (1n << BigInt(width * 8)) - 1n, bits, words, n);
        bits += BigInt(width * 8);
      }
      for (let done = 0; done < n; ) {
        const at = words + done * 8;
        const to = stage.codes + done * 4;
        done += kernel.numberWords(
          table.address,
          at,
          8,
          ALL_BITS,
          ALL_BITS,
          ALL_BITS,
          0,
          0,
          to,
          row + done,
          n - done,
        );
        if (done < n) table.grow();
      }
      stage.copyCodes(codes, row, n);
      row += n;
    }
  }
  return table.take();
}

/** Numbers texts and writes the codes of all rows; returns undefined without the kernel. */
export function numberTexts(chunks: readonly TextChunk[], codes: Int32Array): NumberedKeys | undefined {
  return withWorkMemory(textsIn, chunks, codes);
}

function textsIn(memory: WorkMemory, chunks: readonly TextChunk[], codes: Int32Array): NumberedKeys {
  const { kernel } = memory;
  const table = new KeyTable(memory, true);
  const stage = new Stage(memory);
  const ends = memory.take((PIECE_ROWS + 1) * 8);
  const texts = new TextStage(memory);
  let row = 0;
  for (const chunk of chunks) {
    const { words, step } = chunk;
    for (let from = 0, n = 0; from < chunk.length; from += n) {
      n = piecesOf(chunk, from);
      const first = words[from * step];
      const source = texts.copy(chunk.bytes.subarray(first, words[(from + n) * step]));
      memory.unsigned.set(words.subarray(from * step, (from + n) * step + 1), ends / 4);
      const { bits, bit } = stage.validity(chunk, from, n);
      for (let done = 0; done < n; ) {
        done += kernel.numberTexts(
          table.address,
          ends + done * step * 4,
          step * 4,
          (source - first) | 0,
          bits,
          bit + done,
          stage.codes + done * 4,
          row + done,
          n - done,
        );
        if (done < n) table.grow(words[(from + done + 1) * step] - words[(from + done) * step]);
      }
      stage.copyCodes(codes, row, n);
      row += n;
    }
  }
  return table.take();
}

/** Numbers pairs of codes and writes the codes of all rows; returns undefined without the kernel. */
export function numberPairs(
  first: Int32Array,
  second: Int32Array,
  codes: Int32Array,
): NumberedKeys | undefined {
  return withWorkMemory(pairsIn, first, second, codes);
}

function pairsIn(memory: WorkMemory, first: Int32Array, second: Int32Array, codes: Int32Array): NumberedKeys {
  const { kernel } = memory;
  const table = new KeyTable(memory, false);
  const stage = new Stage(memory);
  const [a, b] = [memory.take(PIECE_ROWS * 4), memory.take(PIECE_ROWS * 4)];
  for (let row = 0; row < codes.length; row += PIECE_ROWS) {
    const n = Math.min(PIECE_ROWS, codes.length - row);
    memory.words.set(first.subarray(row, row + n), a / 4);
    memory.words.set(second.subarray(row, row + n), b / 4);
    for (let done = 0; done < n; ) {
      const at = done * 4;
      done += kernel.numberPairs(table.address, a + at, b + at, stage.codes + at, row + done, n - done);
      if (done < n) table.grow();
    }
    stage.copyCodes(codes, row, n);
  }
  return table.take();
}

/**
 * Translates indices of `width` bytes into the codes of the values, and writes the codes of all rows. Returns
 * the rows of each of `count` codes; undefined without the kernel.
 */
export function translateIndices(
  chunks: readonly IndexChunk[],
  width: number,
  codeOfIndex: Int32Array,
  count: number,
  codes: Int32Array,
): Pick<NumberedKeys, 'sizes' | 'firsts'> | undefined {
  return withWorkMemory(indicesIn, chunks, width, codeOfIndex, count, codes);
}

function indicesIn(
  memory: WorkMemory,
  chunks: readonly IndexChunk[],
  width: number,
  codeOfIndex: Int32Array,
  count: number,
  codes: Int32Array,
): Pick<NumberedKeys, 'sizes' | 'firsts'> {
  const stage = new Stage(memory);
  const source = memory.take(PIECE_ROWS * width);
  const table = memory.take(codeOfIndex.byteLength);
  const [sizes, firsts] = [memory.take(count * 4) / 4, memory.take(count * 4) / 4];
  memory.words.set(codeOfIndex, table / 4);
  memory.words.fill(0, sizes, sizes + count).fill(-1, firsts, firsts + count);
  let row = 0;
  for (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += PIECE_ROWS) {
      const n = Math.min(PIECE_ROWS, chunk.length - from);
      memory.bytes.set(chunk.bytes.subarray(from * width, (from + n) * width), source);
      const { bits, bit } = stage.validity(chunk, from, n);
      const [s, f] = [sizes * 4, firsts * 4];
      memory.kernel.translate(source, width, table, bits, bit, stage.codes, s, f, row, n);
      stage.copyCodes(codes, row, n);
      row += n;
    }
  }
  return {
    sizes: memory.words.slice(sizes, sizes + count),
    firsts: memory.words.slice(firsts, firsts + count),
  };
}
