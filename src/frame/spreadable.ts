import { RecordBatch, Table, Vector } from 'apache-arrow';

let isDone = false;

/**
 * Has `array.concat(vector)` append the values of a vector, and the rows of a table, as apache-arrow means it. Where that was put off
 * (hide-spreadable.ts), it is the moment from which danfojs is slow in this thread, so it comes with the first Arrow table that
 * a user's code gets to see.
 */
export function spreadLikeArrays(): void {
  if (isDone) return;
  isDone = true;
  for (const { prototype } of [Vector, Table, RecordBatch]) {
    if (Symbol.isConcatSpreadable in prototype) continue;
    Object.defineProperty(prototype, Symbol.isConcatSpreadable, {
      value: true,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
}
