import { type Batch, sliceBatch } from '../../../arrow/index.js';
import { ApplyError } from '../../../errors.js';
import type { FormatOptions, OutputFormat } from '../output-format.js';
import { hasText } from './cell-writer.js';
import { csvHeader, encodeCsv } from './encode-csv.js';

/** Rows that one thread makes into text at a time. */
const PIECE_ROWS = 65_536;

/** Writes CSV files: UTF-8, lines that end in \n, names in the first line. */
export function csvOutput({ compression, delimiter }: FormatOptions): OutputFormat {
  const isGzipped = compression === 'gzip';
  return {
    ending: `.${delimiter === '\t' ? 'tsv' : 'csv'}${isGzipped ? '.gz' : ''}`,
    check({ fields }) {
      const field = fields.find(({ type }) => !hasText(type));
      if (field === undefined) return;
      throw new ApplyError(
        'ERR_UNSTORABLE',
        `column '${field.name}' is ${field.type}, which a CSV file cannot hold: ` +
          'write Parquet or Arrow, or make it text',
      );
    },
    cut(batch) {
      const pieces: Batch[] = [];
      for (let from = 0; from < batch.numRows; from += PIECE_ROWS) {
        pieces.push(sliceBatch(batch, from, Math.min(batch.numRows, from + PIECE_ROWS)));
      }
      return pieces;
    },
    encode: async (piece) => encodeCsv(piece, delimiter, isGzipped),
    begin(schema) {
      const header = csvHeader(schema, delimiter, isGzipped);
      let isBegun = false;
      return {
        add(_, encoded) {
          const lines = isBegun ? encoded : [header, ...encoded];
          isBegun = true;
          return lines;
        },
        end: () => (isBegun ? [] : [header]),
      };
    },
  };
}
