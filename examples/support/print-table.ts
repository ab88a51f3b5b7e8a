import { DataType, type Table } from 'apache-arrow';

/**
 * Prints a small table, one line per row: numbers to the right, text to the left, headings broken at their
 * underscores. What does not fit into the terminal is left out in the middle and marked with dots, as pandas
 * does it.
 */
export function printTable(table: Table, width = process.stdout.columns || 100): void {
  const columns = table.schema.fields.map((field) => {
    const vector = table.getChild(field.name);
    const heading = field.name.split(/(?<=_)/);
    const cells = Array.from({ length: table.numRows }, (_, row) => format(vector?.get(row), field.type));
    return {
      heading,
      cells,
      right: DataType.isInt(field.type) || DataType.isFloat(field.type),
      width: Math.max(...[...heading, ...cells].map((text) => text.length)),
    };
  });

  const lineWidth = () => columns.reduce((sum, column) => sum + column.width + GAP.length, 0);
  const dots = { heading: ['...'], cells: Array(table.numRows).fill('...'), right: false, width: 3 };
  while (lineWidth() > width && columns.length > 2) {
    const middle = columns.length >> 1;
    if (columns[middle] === dots) columns.splice(middle - 1, 2, dots);
    else columns.splice(middle, 1, dots);
  }

  const headingLines = Math.max(...columns.map((column) => column.heading.length));
  const heading = (line: number) =>
    columns.map((column) => column.heading[line - headingLines + column.heading.length] ?? '');
  for (let line = 0; line < headingLines; line++) print(heading(line));
  print(columns.map((column) => '-'.repeat(column.width)));
  for (let row = 0; row < table.numRows; row++) print(columns.map((column) => column.cells[row]));

  function print(texts: string[]): void {
    const padded = texts.map((text, i) =>
      columns[i].right ? text.padStart(columns[i].width) : text.padEnd(columns[i].width),
    );
    console.log((GAP + padded.join(GAP)).trimEnd());
  }
}

const GAP = '  ';

function format(value: unknown, type: DataType): string {
  if (value === null || value === undefined) return '';
  if (DataType.isTimestamp(type))
    return new Date(value as number).toISOString().slice(0, 16).replace('T', ' ');
  if (DataType.isFloat(type)) return (value as number).toFixed(2);
  if (DataType.isBool(type)) return value ? 'yes' : 'no';
  return String(value);
}
