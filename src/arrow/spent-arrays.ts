import { getHeapSpaceStatistics } from 'node:v8';
import { isInsideWorker } from '../util/index.js';

/** The bytes of results after which a thread collects its young objects. */
const MOST_SPENT = 4 * 1024 * 1024;
/** With more room for young objects than that, V8 alone decides when to collect them. */
const MOST_FILLED = 8 * 1024 * 1024;
/** The elements of an array that fills the room; larger ones lie outside of it. */
const PIECE = 8192;

let spent = 0;
/** Holds the last piece, or the compiler would leave the pieces out. */
const last: { piece: unknown[] } = { piece: [] };

/**
 * Collects the young objects of a worker each time that results of {@link MOST_SPENT} were copied to shared
 * memory, because the arrays that the function returned are garbage by then. V8 would keep 32 MB of them in
 * each thread. It also marks the whole heap at some 10 MB of them, in several threads, which takes more
 * processor time: few young objects of a worker are alive. The main thread may have many.
 */
export function reportSpentArrays(byteLength: number): void {
  spent += byteLength;
  if (spent < MOST_SPENT || !isInsideWorker()) return;
  spent = 0;
  const room = roomForYoung();
  if (room > MOST_FILLED) return;
  for (let filled = 0; filled <= room; filled += PIECE * 8) last.piece = new Array(PIECE);
  last.piece = [];
}

/** Returns the bytes that young objects may still take before V8 collects them. */
function roomForYoung(): number {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  return young?.space_available_size ?? Number.POSITIVE_INFINITY;
}
