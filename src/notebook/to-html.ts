import type { Field, Table } from 'apache-arrow';
import { cellTexts, isNumeric } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { requireAdapter } from '../frame/index.js';
import { escapeHtml, preview } from '../util/index.js';

/** Options of {@link toHTML}. */
export interface HtmlOptions {
  /**
   * How many rows to show. A longer frame shows its first and last ones, as in pandas.
   * @default 10
   */
  maxRows?: number;
}

/**
 * Returns a frame as an HTML table, for notebooks: `display.html(toHTML(frame))` in tslab. Counterpart of a
 * DataFrame in Jupyter, and of `df.to_html()`.
 *
 * Fractions have at most four decimals, dates are in UTC, a missing value is an empty cell.
 *
 * @param frame an Arrow table, a danfojs DataFrame, an array of row objects, or an object of columns
 * @throws ApplyError `ERR_NOT_A_FRAME`, `ERR_INVALID_OPTION`
 * @example
 * const html = toHTML(sales, { maxRows: 2 });
 * console.log(html.match(/<th[^>]*>\w+/g)?.length, html.includes('3 rows × 2 columns')); // -> 4 true
 */
export function toHTML(frame: object, { maxRows = 10 }: HtmlOptions = {}): string {
  if (!Number.isInteger(maxRows) || maxRows < 1) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `toHTML: maxRows must be a positive whole number, got ${preview(maxRows)}`,
    );
  }
  const table = requireAdapter(frame).toArrow(frame, 'ERR_NOT_A_FRAME');
  const { numRows, numCols } = table;
  const head = numRows <= maxRows ? numRows : Math.ceil(maxRows / 2);
  const tail = numRows <= maxRows ? numRows : numRows - (maxRows - head);
  const rows = Array.from({ length: head }, (_, row) => row);
  const gap = head < numRows ? [-1] : [];
  for (let row = tail; row < numRows; row++) gap.push(row);
  const shown = [...rows, ...gap];

  const columns = table.schema.fields.map((field, column) => {
    const align = isNumeric(field.type) ? RIGHT : LEFT;
    return { align, name: escapeHtml(field.name), cells: cellsOf(table, column, field, shown) };
  });
  const heading = columns.map(({ align, name }) => `<th${align}>${name}</th>`).join('');
  const body = shown.map((row, line) => {
    const cells = columns.map(({ align, cells }) => `<td${align}>${cells[line]}</td>`).join('');
    return `<tr><th>${row < 0 ? '…' : row}</th>${cells}</tr>\n`;
  });
  const size = `${counted(numRows, 'row')} × ${counted(numCols, 'column')}`;
  return (
    `<table class="dataframe">\n<thead><tr><th></th>${heading}</tr></thead>\n` +
    `<tbody>\n${body.join('')}</tbody>\n</table>\n` +
    `<p>${size}</p>`
  );
}

// Notebooks align cells to the right; only the style of the cell itself overrides theirs.
const RIGHT = ' style="text-align:right"';
const LEFT = ' style="text-align:left;white-space:nowrap"';

/** Returns the cells of the shown rows as text. A row below 0 is a gap and becomes dots. */
function cellsOf(table: Table, column: number, { type }: Field, shown: readonly number[]): string[] {
  const vector = table.getChildAt(column);
  const values: unknown[] = shown.map((row) => (row < 0 ? null : vector?.get(row)));
  return cellTexts(type, values).map((text, line) => (shown[line] < 0 ? '…' : escapeHtml(text ?? '')));
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}
