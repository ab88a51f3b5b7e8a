import type { FormatName } from '../format.js';
import { arrowOutput } from './arrow/index.js';
import { csvOutput } from './csv/index.js';
import type { FormatOptions, OutputFormat } from './output-format.js';
import { parquetOutput } from './parquet/index.js';

const makers: { readonly [Name in FormatName]: (options: FormatOptions) => OutputFormat } = {
  parquet: parquetOutput,
  arrow: arrowOutput,
  csv: csvOutput,
};

export const outputFormat = (options: FormatOptions): OutputFormat => makers[options.format](options);
