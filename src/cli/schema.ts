import { stat } from 'node:fs/promises';
import { sizeText } from '../util/index.js';
import type { Terminal } from './command.js';
import { openFiles, withColumns } from './open-files.js';
import type { Arguments } from './parse-arguments.js';
import { counted } from './show.js';
import { drawTable } from './text-table.js';

/** Lists the columns of files, and says how many files, rows and bytes there are. */
export async function showSchema(args: Arguments, terminal: Terminal): Promise<void> {
  const dataset = withColumns(await openFiles(args.positionals, args), args);
  const { fields } = dataset.schema;
  const columns = [
    { name: 'column', cells: fields.map(({ name }) => name) },
    { name: 'type', cells: fields.map(({ type }) => String(type)) },
    { name: 'nulls', cells: fields.map(({ nullable }) => (nullable ? 'yes' : 'no')) },
  ];
  terminal.write(drawTable(columns, terminal));
  const sizes = await Promise.all(dataset.files.map(async (path) => (await stat(path)).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const rows = dataset.numRows === undefined ? [] : [counted(dataset.numRows, 'row')];
  const facts = [counted(dataset.files.length, 'file'), ...rows, sizeText(bytes)];
  terminal.write(`\n${facts.join(', ')}\n`);
}
