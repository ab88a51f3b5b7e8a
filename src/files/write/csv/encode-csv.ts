import { gzipSync } from 'node:zlib';
import { type DataType, type Dictionary, type Schema, Type } from 'apache-arrow';
import type { Batch } from '../../../arrow/index.js';
import { type CellWriter, cellWriter } from './cell-writer.js';

/** Rows that are made into one string before they become bytes. */
const STRING_ROWS = 4096;

/**
 * Returns the lines of a batch. Text is quoted where it must be; an empty text is `""`, so that it differs
 * from a missing one.
 */
export function encodeCsv(batch: Batch, delimiter: string, isGzipped: boolean): Uint8Array {
  const special = new RegExp(`["\\r\\n${delimiter}]|^$|^\\ufeff`);
  const columns = batch.columns.map((data) => {
    const write = cellWriter(data);
    return isText(data.type) ? quoted(write, special) : write;
  });
  const isSingle = columns.length === 1;
  const pieces: Buffer[] = [];
  for (let from = 0; from < batch.numRows; from += STRING_ROWS) {
    const to = Math.min(batch.numRows, from + STRING_ROWS);
    let text = '';
    for (let row = from; row < to; row++) {
      for (let k = 0; k < columns.length; k++) {
        const cell = columns[k](row);
        if (k > 0) text += delimiter;
        if (cell !== undefined) text += cell;
        // An empty line would be skipped by readers.
        else if (isSingle) text += '""';
      }
      text += '\n';
    }
    pieces.push(Buffer.from(text));
  }
  const bytes = Buffer.concat(pieces);
  return isGzipped ? gzipSync(bytes) : bytes;
}

/** Returns the line with the names of the columns. */
export function csvHeader(schema: Schema, delimiter: string, isGzipped: boolean): Uint8Array {
  const special = new RegExp(`["\\r\\n${delimiter}]|^$|^\\ufeff`);
  const names = schema.fields.map(({ name }) => quote(name, special));
  const bytes = Buffer.from(`${names.join(delimiter)}\n`);
  return isGzipped ? gzipSync(bytes) : bytes;
}

function isText(type: DataType): boolean {
  const { typeId } = type.typeId === Type.Dictionary ? (type as Dictionary).dictionary : type;
  return typeId === Type.Utf8 || typeId === Type.LargeUtf8 || typeId === Type.Utf8View;
}

const quoted =
  (write: CellWriter, special: RegExp): CellWriter =>
  (row) => {
    const text = write(row);
    return text === undefined ? undefined : quote(text, special);
  };

const quote = (text: string, special: RegExp): string =>
  special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
