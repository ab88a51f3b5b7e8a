import type { ChunkedColumn } from './chunked-column.js';
import { factorize } from './factorize.js';
import { factorizeCells } from './factorize-cells.js';
import type { KeyCodes } from './key-codes.js';

/** Numbers the keys of a column and writes the code of each row to `codes`. */
export const factorizeColumn = (
  { type, chunks, cells }: Pick<ChunkedColumn, 'type' | 'chunks' | 'cells'>,
  codes: Int32Array,
): KeyCodes => (cells ? factorizeCells(chunks, cells, codes) : factorize(type, chunks, codes));
