import type { DanfoDtype } from './dtype.js';

/** How many cells danfojs looks at before it says what dtype a column is. */
const LOOKED_AT = 20;

/** The dtype of a column is the first of these that one of its cells looks like. */
const GUESSES = ['string', 'float32', 'int32', 'boolean', 'datetime'] as const;
const [STRING, FLOAT, INT, BOOLEAN, DATETIME] = GUESSES.keys();

/**
 * The dtype that danfojs guesses for a new column; undefined for columns that it does not take for one, going by the first cell: those
 * without cells, or of Dates and other objects.
 */
export function guessDtype(cells: readonly unknown[]): DanfoDtype | undefined {
  const first = cells[0];
  if (first !== null && !['number', 'string', 'boolean'].includes(typeof first)) return undefined;
  const looked = Math.min(LOOKED_AT, cells.length);
  let guess = DATETIME;
  for (let i = 0; i < looked; i++) guess = Math.min(guess, guessOfCell(cells[i]));
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
