import type { Table } from 'apache-arrow';
import { cellTexts, isNumeric } from '../arrow/index.js';
import type { Dataset } from '../index.js';
import type { Terminal } from './command.js';
import { drawTable, type TextColumn } from './text-table.js';

/** Draws the first rows of an Arrow table. */
export function showRows(table: Table, terminal: Terminal, most = table.numRows): void {
  const length = Math.min(most, table.numRows);
  const columns = table.schema.fields.map(({ name, type }, k): TextColumn => {
    const column = table.getChildAt(k);
    const values = Array.from({ length }, (_, row) => column?.get(row));
    return { name, cells: cellTexts(type, values), isNumeric: isNumeric(type) };
  });
  terminal.write(drawTable(columns, terminal));
}

/** Says how many lines of CSV files the last reading left out, if any. */
export function tellSkippedLines({ skippedLines }: Dataset, { log }: Terminal): void {
  if (skippedLines > 0) log(`left out ${counted(skippedLines, 'line')} of the files, as onBadLine says`);
}

/** Returns `1 row`, `12,345 rows`. */
export const counted = (n: number, what: string): string =>
  `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`;

/** Returns `0.4 s`, `75 s`. */
export const secondsText = (ms: number): string =>
  ms < 9950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
