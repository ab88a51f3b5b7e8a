import { PIECE_ROWS, type WorkMemory, withWorkMemory } from './work-memory.js';

/**
 * Overwrites the codes of rows `from` to `to`-1 with the places of the rows; `next` is code -> its next
 * place, and advances. Returns whether every row is at its place already; undefined without the kernel.
 */
export function placeCodes(
  codes: Int32Array,
  from: number,
  to: number,
  next: Int32Array,
): boolean | undefined {
  return withWorkMemory(placesIn, codes, from, to, next);
}

function placesIn(
  memory: WorkMemory,
  codes: Int32Array,
  from: number,
  to: number,
  next: Int32Array,
): boolean {
  const [piece, table] = [memory.take(PIECE_ROWS * 4), memory.take(next.byteLength)];
  memory.words.set(next, table / 4);
  const staged = memory.words.subarray(piece / 4, piece / 4 + PIECE_ROWS);
  let moved = 0;
  for (let row = from; row < to; row += PIECE_ROWS) {
    const n = Math.min(PIECE_ROWS, to - row);
    staged.set(codes.subarray(row, row + n));
    moved += memory.kernel.placeCodes(piece, table, row, n);
    codes.set(n === PIECE_ROWS ? staged : staged.subarray(0, n), row);
  }
  next.set(memory.words.subarray(table / 4, table / 4 + next.length));
  return moved === 0;
}
