import { printable, shorten, widthOf } from './text-width.js';

/** A column of a table of texts; undefined is a missing value. */
export interface TextColumn {
  readonly name: string;
  readonly cells: readonly (string | undefined)[];
  readonly isNumeric?: boolean;
}

/** How a table may be drawn. */
export interface TableStyle {
  /** The columns of the terminal; Infinity in a file or pipe. */
  readonly width: number;
  readonly colour: boolean;
}

const GAP = '  ';
/** Longer cells are cut on a terminal. */
const LONGEST_CELL = 40;
const MISSING = 'null';

const bold = (text: string) => `\x1b[1m${text}\x1b[22m`;
const dim = (text: string) => `\x1b[2m${text}\x1b[22m`;

/** Draws the columns that fit side by side, from the first on, and a note that names the others. */
export function drawTable(columns: readonly TextColumn[], { width, colour }: TableStyle): string {
  const longest = width === Number.POSITIVE_INFINITY ? width : Math.min(LONGEST_CELL, width);
  const drawn = columns.map((column) => drawColumn(column, longest, colour));
  const shown = countFitting(drawn, width);
  const numLines = (columns[0]?.cells.length ?? 0) + 1;
  const lines = Array.from({ length: shown === 0 ? 0 : numLines }, (_, line) =>
    drawn
      .slice(0, shown)
      .map(({ lines }) => lines[line])
      .join(GAP)
      .trimEnd(),
  );
  const left = columns.slice(shown).map(({ name }) => printable(name));
  if (left.length > 0) lines.push(leftOut(left, width));
  return lines.map((line) => `${line}\n`).join('');
}

/** Returns how many columns fit beside each other; at least one. */
function countFitting(drawn: readonly { readonly width: number }[], width: number): number {
  let used = -GAP.length;
  const tooMany = drawn.findIndex((column, k) => {
    used += GAP.length + column.width;
    return k > 0 && used > width;
  });
  return tooMany < 0 ? drawn.length : tooMany;
}

function leftOut(names: readonly string[], width: number): string {
  const text = `… ${names.length} more column${names.length === 1 ? '' : 's'}: ${names.join(', ')}`;
  return shorten(text, width);
}

function drawColumn(
  { name, cells, isNumeric = false }: TextColumn,
  longest: number,
  colour: boolean,
): { lines: string[]; width: number } {
  const texts = [name, ...cells.map((cell) => cell ?? MISSING)].map((text) =>
    shorten(printable(text), longest),
  );
  const widths = texts.map(widthOf);
  const width = widths.reduce((most, each) => Math.max(most, each), 0);
  const lines = texts.map((text, line) => {
    const space = ' '.repeat(width - widths[line]);
    const styled = !colour
      ? text
      : line === 0
        ? bold(text)
        : cells[line - 1] === undefined
          ? dim(text)
          : text;
    return isNumeric ? space + styled : styled + space;
  });
  return { lines, width };
}
