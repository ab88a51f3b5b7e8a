import { Table } from 'apache-arrow';
import { ApplyError } from '../errors.js';
import { showDataFrames } from '../frame/index.js';
import {
  isNotebook,
  notebookModule,
  setFrameHtml,
  showAsText,
  showFrames,
  whenNotebookLoads,
} from '../util/index.js';
import { toHTML } from './to-html.js';

/**
 * In a notebook, tables and DataFrames show as {@link toHTML} does where they are the last expression of a
 * cell, and an error of this package prints its message and the user's frames. Elsewhere it does nothing.
 */
export function showInNotebook(): void {
  if (!isNotebook()) return;
  showAsText(ApplyError.prototype, (error) => stackInCell(error as Error));
  setFrameHtml((frame) => toHTML(frame));
  showFrames(Table.prototype);
  // Cells get the CommonJS build of apache-arrow, and results are made of its classes.
  const arrow = notebookModule('apache-arrow') as { Table?: { prototype: object } } | undefined;
  if (arrow?.Table) showFrames(arrow.Table.prototype);
  whenNotebookLoads('danfojs-node', showDataFrames);
}

/**
 * Returns an error's stack for a cell. Errors that are thrown at once have frames of tslab and Node below
 * those of the cell, and Node puts the source line of the throw before the message.
 */
function stackInCell({ name, message, stack = '' }: Error): string {
  const lines = stack.slice(Math.max(stack.indexOf(`${name}: ${message}`), 0)).split('\n');
  const isKernel = (line: string) => /^ +at .*([ (]node:|[\\/]tslab[\\/]dist[\\/])/.test(line);
  return lines.filter((line) => !isKernel(line)).join('\n');
}
