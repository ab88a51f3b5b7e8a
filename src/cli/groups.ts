import { cellTexts, isNumeric } from '../arrow/index.js';
import { groupby } from '../index.js';
import type { Terminal } from './command.js';
import { keyColumnsOf } from './key-columns.js';
import { openFiles } from './open-files.js';
import type { Arguments } from './parse-arguments.js';
import { counted, tellSkippedLines } from './show.js';
import { drawTable } from './text-table.js';
import { UsageError } from './usage-error.js';
import { wholeNumber } from './values.js';

const GROUPS = 20;

/**
 * Shows the keys of the groups of files, in their order, and how many rows each has. Reads the key columns
 * alone.
 */
export async function showGroups(args: Arguments, terminal: Terminal): Promise<void> {
  const most = args.text('groups');
  const n = most === undefined ? GROUPS : wholeNumber('-n', most, 0);
  if (!args.has('by')) throw new UsageError('--by is missing: the columns whose values make the groups');
  const dataset = await openFiles(args.positionals, args);
  const by = keyColumnsOf(args.texts('by'), dataset.columns);
  const keys = dataset.select(by);
  const table = await keys.read({ signal: terminal.signal, progress: terminal.isInteractive });
  const grouped = groupby(table, by);
  const sizes = grouped.sizes();
  const shown = grouped.keys.slice(0, n) as (readonly unknown[])[];
  const columns = table.schema.fields.map(({ name, type }, k) => ({
    name,
    cells: cellTexts(
      type,
      shown.map((key) => key[k]),
    ),
    isNumeric: isNumeric(type),
  }));
  const rows = {
    name: 'rows',
    cells: sizes.slice(0, n).map((size) => size.toLocaleString('en-US')),
    isNumeric: true,
  };
  terminal.write(drawTable([...columns, rows], terminal));
  tellSkippedLines(keys, terminal);
  terminal.write(`\n${summaryOf(sizes, shown.length, table.numRows)}\n`);
}

function summaryOf(sizes: readonly number[], shown: number, numRows: number): string {
  const inGroups = sizes.reduce((sum, size) => sum + size, 0);
  const of = shown < sizes.length ? `${shown.toLocaleString('en-US')} of ` : '';
  const facts = [`${of}${counted(sizes.length, 'group')}`, counted(numRows, 'row')];
  if (sizes.length > 1) {
    const [least, greatest] = sizes.reduce(
      ([low, high], size) => [Math.min(low, size), Math.max(high, size)],
      [Number.POSITIVE_INFINITY, 0],
    );
    const from = least === greatest ? '' : `${least.toLocaleString('en-US')} to `;
    facts.push(`${from}${counted(greatest, 'row')} a group`);
  }
  if (inGroups < numRows) facts.push(`${counted(numRows - inGroups, 'row')} without a key left out`);
  return facts.join(', ');
}
