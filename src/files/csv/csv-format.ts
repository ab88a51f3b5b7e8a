import { Field, Schema } from 'apache-arrow';
import type { ApplyError } from '../../errors.js';
import type { FilePart, Format, OpenFile, PartSource, Prepared, SourceFile } from '../format.js';
import { badFile, reopenFile } from '../open-file.js';
import { rowWidth } from '../row-width.js';
import { arrowType, type ColumnType } from './column-type.js';
import { type Content, findBadUtf8, readBeginning, readContent, readRange } from './content.js';
import { inferColumns } from './infer-columns.js';
import { LineFinder } from './line-finder.js';
import { type CsvOptions, type Dialect, resolveDialect } from './options.js';
import { LineError, parseLines } from './parse-lines.js';

/** Bytes at the beginning that tell the types; files up to this size are read whole. */
const SAMPLE_BYTES = 1024 * 1024;
/** Bytes of a part. */
const PART_BYTES = 4 * 1024 * 1024;
/** Bytes that are read at a time to find where lines begin. */
const PIECE_BYTES = 1024 * 1024;

/** The facts about a file that workers need. */
interface SharedCsv {
  readonly dialect: Dialect;
  readonly content: Content;
  readonly types: readonly ColumnType[];
  /** The position of the first line of values in the text. */
  readonly dataStart: number;
}

/** A range of whole lines, in bytes of the file; undefined for all of a file that has to be decoded. */
type CsvPlace = { readonly from: number; readonly to: number } | undefined;

export const csvFormat: Format<CsvOptions> = {
  async open(file, csv) {
    const dialect = resolveDialect(csv, file.path);
    const beginning = await readBeginning(file, SAMPLE_BYTES, dialect.encoding);
    const { content, isWhole } = beginning;
    checkUtf8(file.path, beginning.bytes, isWhole ? 0 : 3, 1);
    const { names, types, dataStart, bytesPerRow } = await inferColumns(file, dialect, beginning);
    const schema = new Schema(names.map((name, k) => new Field(name, arrowType(types[k]), true)));
    const shared: SharedCsv = { dialect, content, types, dataStart };
    const isDecoded = content.isCompressed || content.encoding !== undefined;
    const from = content.markBytes + dataStart;
    const whole = new CsvPart(
      schema,
      bytesPerRow,
      isDecoded ? undefined : { from, to: file.size },
      file.size,
    );
    const source = { path: file.path, size: file.size, modified: file.modified };
    const isSplit = !isDecoded && file.size - from > PART_BYTES;
    return {
      schema,
      numRows: undefined,
      parts: [whole],
      shared,
      leavesOutLines: dialect.skipsBadLines,
      prepare: isSplit ? () => prepare(source, schema, bytesPerRow, from, dialect) : undefined,
    };
  },

  async read(source, columns) {
    const file = await reopenFile(source.file);
    try {
      return await readPart(file, source, columns);
    } finally {
      await file.close();
    }
  },
};

class CsvPart implements FilePart {
  readonly numRows = undefined;
  readonly place: CsvPlace;
  readonly #schema: Schema;
  readonly #rows: number;

  constructor(schema: Schema, bytesPerRow: number, place: CsvPlace, size: number) {
    this.place = place;
    this.#schema = schema;
    const bytes = place === undefined ? size : place.to - place.from;
    this.#rows = bytes / bytesPerRow;
  }

  bytes(columns: readonly string[]): number {
    const wanted = this.#schema.fields.filter(({ name }) => columns.includes(name));
    return this.#rows * wanted.reduce((sum, { type }) => sum + rowWidth(type), 0);
  }
}

/** Divides a file in ranges of whole lines. */
async function prepare(
  source: SourceFile,
  schema: Schema,
  bytesPerRow: number,
  dataStart: number,
  { delimiter, quote }: Dialect,
): Promise<Prepared> {
  const file = await reopenFile(source);
  const starts = [dataStart];
  const memory = Buffer.allocUnsafeSlow(PIECE_BYTES);
  try {
    const finder = new LineFinder(delimiter, quote);
    let target = dataStart + PART_BYTES;
    for (let at = dataStart; at < file.size; ) {
      const piece = memory.subarray(0, Math.min(PIECE_BYTES, file.size - at));
      await file.readInto(piece, at);
      let done = 0;
      while (at + piece.length > target) {
        const skipped = Math.max(done, target - at);
        finder.skip(piece.subarray(done, skipped));
        const line = finder.nextLine(piece.subarray(skipped));
        done = piece.length;
        if (line < 0) break;
        done = skipped + line;
        starts.push(at + done);
        target = at + done + PART_BYTES;
      }
      finder.skip(piece.subarray(done));
      at += piece.length;
    }
  } finally {
    await file.close();
  }
  const parts = starts.map((from, k) => {
    return new CsvPart(schema, bytesPerRow, { from, to: starts[k + 1] ?? source.size }, source.size);
  });
  return { parts };
}

/**
 * The memory of the last part that this thread read: the first touch of fresh memory costs more than reading.
 */
let spare: Buffer | undefined;

async function readPart(file: OpenFile, source: PartSource, columns: readonly string[]) {
  const range = source.place as CsvPlace;
  const { content, dataStart } = source.shared as SharedCsv;
  if (range === undefined || range.to - range.from > PART_BYTES + PIECE_BYTES) {
    const bytes = range
      ? await readRange(file, range.from, range.to - range.from)
      : (await readContent(file, content)).subarray(dataStart);
    return parsePart(file, source, bytes, columns);
  }
  // Another part may be read in this thread meanwhile.
  const memory = spare ?? Buffer.allocUnsafeSlow(PART_BYTES + PIECE_BYTES);
  spare = undefined;
  const bytes = memory.subarray(0, range.to - range.from);
  await file.readInto(bytes, range.from);
  const rows = await parsePart(file, source, bytes, columns);
  spare = memory;
  return rows;
}

async function parsePart(
  file: OpenFile,
  { schema, shared, place }: PartSource,
  bytes: Buffer,
  columns: readonly string[],
) {
  const { dialect, content, types, dataStart } = shared as SharedCsv;
  const range = place as CsvPlace;
  const names = schema.fields.map(({ name }) => name);
  const wanted = columns.map((name) => {
    const position = names.indexOf(name);
    return { position, name, type: types[position] };
  });
  const lineOf = async (at: number) => {
    const before = range
      ? await readRange(file, 0, range.from + at)
      : (await readContent(file, content)).subarray(0, dataStart + at);
    return countLines(before) + 1;
  };
  const bad = findBadUtf8(bytes);
  if (bad >= 0) throw notUtf8(file.path, await lineOf(bad));
  try {
    const { numRows, columns: data, skipped } = parseLines(bytes, names.length, wanted, dialect);
    const fields = wanted.map(({ position }) => schema.fields[position]);
    return { schema: new Schema(fields), numRows, columns: data, skipped };
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    const { at, why } = error.fault;
    throw badFile(file.path, `line ${await lineOf(at)}: ${why}`);
  }
}

/** Counts the line breaks of any kind, those inside quotes too, as editors do. */
function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === 10 || (bytes[at] === 13 && bytes[at + 1] !== 10)) count++;
  }
  return count;
}

function checkUtf8(path: string, bytes: Buffer, mayLack: number, line: number): void {
  const bad = findBadUtf8(bytes);
  if (bad >= 0 && bad < bytes.length - mayLack) {
    throw notUtf8(path, countLines(bytes.subarray(0, bad)) + line);
  }
}

const notUtf8 = (path: string, line: number): ApplyError =>
  badFile(
    path,
    `line ${line}: it is not UTF-8; say csv: { encoding: 'latin1' }, or whatever it is written in`,
  );
