import type { Terminal } from './command.js';
import { openFiles, withColumns } from './open-files.js';
import type { Arguments } from './parse-arguments.js';
import { counted, showRows, tellSkippedLines } from './show.js';
import { wholeNumber } from './values.js';

const ROWS = 10;

/** Shows the first rows of files. */
export async function showHead(args: Arguments, terminal: Terminal): Promise<void> {
  const rows = args.text('rows');
  const n = rows === undefined ? ROWS : wholeNumber('-n', rows, 0);
  const dataset = withColumns(await openFiles(args.positionals, args), args);
  const head = await dataset.head(n);
  showRows(head, terminal);
  tellSkippedLines(dataset, terminal);
  const { numRows } = dataset;
  // Fewer rows than were asked for are all there are.
  const total = numRows ?? (head.numRows < n ? head.numRows : undefined);
  const shown =
    total === undefined || total === head.numRows ? '' : `${head.numRows.toLocaleString('en-US')} of `;
  const size =
    total === undefined ? `the first ${counted(head.numRows, 'row')}` : shown + counted(total, 'row');
  terminal.write(`\n${size} × ${counted(dataset.columns.length, 'column')}\n`);
}
