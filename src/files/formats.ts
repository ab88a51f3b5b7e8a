import { startsStream, viewOf } from '../persist/index.js';
import { arrowFormat } from './arrow-file/index.js';
import { type CsvOptions, csvFormat } from './csv/index.js';
import type { Format, FormatName, OpenFile } from './format.js';
import { badFile } from './open-file.js';
import { parquetFormat } from './parquet/index.js';

/** The formats by name. Only CSV has options of its own. */
export const formats: { readonly [name in FormatName]: Format<CsvOptions> } = {
  parquet: parquetFormat,
  arrow: arrowFormat,
  csv: csvFormat,
};

const suffixes: readonly (readonly [pattern: RegExp, name: FormatName])[] = [
  [/\.(?:parquet|pq)$/i, 'parquet'],
  [/\.(?:arrow|feather|ipc|arrows)$/i, 'arrow'],
  [/\.(?:csv|tsv)(?:\.gz)?$/i, 'csv'],
];

/** Tells the format of a file by its name, or else by its first bytes. */
export async function formatOf(file: OpenFile): Promise<FormatName> {
  const named = suffixes.find(([pattern]) => pattern.test(file.path));
  if (named) return named[1];
  const bytes = await file.read(0, Math.min(8, file.size));
  const start = Buffer.from(bytes).toString('latin1');
  if (start.startsWith('PAR1')) return 'parquet';
  if (start.startsWith('ARROW1') || startsStream(viewOf(bytes))) return 'arrow';
  throw badFile(
    file.path,
    "neither its name nor its first bytes tell its format; say `format: 'parquet'`, 'arrow' or 'csv'",
  );
}
