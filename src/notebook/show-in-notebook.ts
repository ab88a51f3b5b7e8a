import { Table } from 'apache-arrow';
import { ApplyError } from '../errors.js';
import { isNotebook, notebookModule, setFrameHtml, showAsText, showFrames } from '../util/index.js';
import { toHTML } from './to-html.js';

/**
 * In a notebook, tables and DataFrames show as {@link toHTML} does where they are the last expression of a
 * cell, and an error of this package prints its message and the user's frames. Elsewhere it does nothing.
 */
export function showInNotebook(): void {
  if (!isNotebook()) return;
  showAsText(ApplyError.prototype, (error) => String((error as Error).stack));
  setFrameHtml((frame) => toHTML(frame));
  showFrames(Table.prototype);
  // Cells get the CommonJS build of apache-arrow, and results are made of its classes.
  const arrow = notebookModule('apache-arrow') as { Table?: { prototype: object } } | undefined;
  if (arrow?.Table) showFrames(arrow.Table.prototype);
}
