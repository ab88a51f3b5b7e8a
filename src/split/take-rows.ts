import type { Data, DataType } from 'apache-arrow';
import { allocateShared, concatData } from '../arrow/index.js';
import { ChunkIndex } from './chunked-column.js';
import { scatter } from './scatter.js';

/**
 * If fewer than one row in this many is taken, slicing the rows one by one costs less than scattering the
 * column.
 */
const FEW_ROWS = 64;

/** Copies some rows of a column of `length` rows to shared memory. No row is taken twice. */
export function takeRows(type: DataType, chunks: readonly Data[], rows: Int32Array, length: number): Data {
  if (rows.length * FEW_ROWS > length) {
    const places = new Int32Array(length).fill(-1);
    for (let place = 0; place < rows.length; place++) places[rows[place]] = place;
    return scatter(type, chunks, { places, length: rows.length, allocate: allocateShared });
  }
  const index = new ChunkIndex(chunks);
  const taken: Data[] = [];
  for (const row of rows) {
    const k = index.find(row);
    taken.push(chunks[k].slice(row - index.starts[k], 1));
  }
  return concatData(type, taken, allocateShared);
}
