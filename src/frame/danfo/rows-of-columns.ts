type Columns = readonly (readonly unknown[])[];
type MakeRows = (columns: Columns, length: number) => unknown[][];

/** Wider rows are rare, and their function would be long. */
const MOST_WRITTEN_OUT = 64;

const makers = new Map<number, MakeRows>();

/** The values of row i in an array, for each row. */
export function rowsOfColumns(columns: Columns, length: number): unknown[][] {
  const width = columns.length;
  let makeRows = makers.get(width);
  if (makeRows === undefined) {
    makeRows = width > 0 && width <= MOST_WRITTEN_OUT ? writtenOut(width) : anyWidth;
    makers.set(width, makeRows);
  }
  return makeRows(columns, length);
}

function anyWidth(columns: Columns, length: number): unknown[][] {
  const rows = new Array<unknown[]>(length);
  const width = columns.length;
  for (let i = 0; i < length; i++) {
    const row = new Array<unknown>(width);
    for (let j = 0; j < width; j++) row[j] = columns[j][i];
    rows[i] = row;
  }
  return rows;
}

/**
 * The same with rows as literals, `[c0[i], c1[i]]`, for rows of one width. V8 learns of a literal that what it makes stays, and puts it where
 * the garbage collector does not move it twice: rows of four take a third of the time.
 */
function writtenOut(width: number): MakeRows {
  const names = Array.from({ length: width }, (_, j) => `c${j}`);
  const code = `
    const [${names}] = columns;
    const rows = new Array(length);
    for (let i = 0; i < length; i++) rows[i] = [${names.map((name) => `${name}[i]`)}];
    return rows;`;
  try {
    return new Function('columns', 'length', code) as MakeRows;
  } catch {
    // Where Node may not make code of strings.
    return anyWidth;
  }
}
