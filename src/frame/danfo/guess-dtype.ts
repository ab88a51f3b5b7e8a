import type { DanfoDtype } from './dtype.js';

/** The number of cells from which danfojs guesses the dtype of a column. */
const SAMPLE = 20;

/** The dtypes in the order of danfojs: a column gets the first one that a sampled cell looks like. */
const GUESSES = ['string', 'float32', 'int32', 'boolean', 'datetime'] as const;
const [STRING, FLOAT, INT, BOOLEAN, DATETIME] = GUESSES.keys();

/**
 * Returns the dtype that danfojs guesses for a new column. Undefined where danfojs does not accept the cells
 * as one column, which it decides by the first cell: no cells, or Dates and other objects.
 */
export function guessDtype(cells: readonly unknown[]): DanfoDtype | undefined {
  const first = cells[0];
  if (first !== null && !['number', 'string', 'boolean'].includes(typeof first)) return undefined;
  const sampled = Math.min(SAMPLE, cells.length);
  let guess = DATETIME;
  for (let i = 0; i < sampled; i++) guess = Math.min(guess, guessOfCell(cells[i]));
  return GUESSES[guess];
}

function guessOfCell(cell: unknown): number {
  if (typeof cell === 'boolean') return BOOLEAN;
  if (cell === null || cell === undefined || Number.isNaN(cell)) return FLOAT;
  if (Number.isSafeInteger(cell)) return INT;
  if (cell instanceof Date) return DATETIME;
  if (Number.isNaN(Number(cell))) return STRING;
  return String(cell).includes('.') ? FLOAT : INT;
}
