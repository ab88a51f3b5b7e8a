type Columns = readonly (readonly unknown[])[];
type MakeRows = (columns: Columns, length: number) => unknown[][];

/** The widest rows with a generated function; wider ones are rare, and their code would be long. */
const MAX_GENERATED_WIDTH = 64;

const makers = new Map<number, MakeRows>();

/** Returns the rows of columns, each as an array of its values. */
export function rowsOfColumns(columns: Columns, length: number): unknown[][] {
  const width = columns.length;
  let makeRows = makers.get(width);
  if (makeRows === undefined) {
    makeRows = width > 0 && width <= MAX_GENERATED_WIDTH ? generateForWidth(width) : anyWidth;
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
 * Generates a function that makes rows of one width with array literals, `[c0[i], c1[i]]`. V8 learns that
 * arrays of a literal live long and allocates them where the garbage collector does not move them: rows of
 * four take a third of the time.
 */
function generateForWidth(width: number): MakeRows {
  const names = Array.from({ length: width }, (_, j) => `c${j}`);
  const code = `
    const [${names}] = columns;
    const rows = new Array(length);
    for (let i = 0; i < length; i++) rows[i] = [${names.map((name) => `${name}[i]`)}];
    return rows;`;
  try {
    return new Function('columns', 'length', code) as MakeRows;
  } catch {
    // Node runs with --disallow-code-generation-from-strings.
    return anyWidth;
  }
}
