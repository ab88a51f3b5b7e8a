import { ApplyError } from '../../errors.js';
import { nearest } from '../../options/index.js';
import type { OpenFile } from '../format.js';
import { badFile } from '../open-file.js';
import { BlockReader } from './block-reader.js';
import { type ColumnType, TypeGuess } from './column-type.js';
import { type Content, readRange } from './content.js';
import { ESCAPED, FieldIndex, indexLines, withLastBreak } from './field-index.js';
import type { Dialect } from './options.js';
import { nullTest } from './parse-lines.js';

/** The beginning of a file, as text. */
export interface Beginning {
  readonly content: Content;
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

export interface CsvColumns {
  readonly names: readonly string[];
  readonly types: readonly ColumnType[];
  /** The position of the first line of values in the text. */
  readonly dataStart: number;
  /** The mean length of a line. */
  readonly bytesPerRow: number;
}

/** Samples of the rest of a file, and bytes of each. */
const SAMPLES = 8;
const SAMPLE_BYTES = 32 * 1024;
const MAX_COLUMNS = 1024 * 1024;

/** Finds the names and types of the columns. */
export async function inferColumns(
  file: OpenFile,
  dialect: Dialect,
  beginning: Beginning,
): Promise<CsvColumns> {
  const { bytes, content, isWhole } = beginning;
  const first = firstLine(bytes, dialect);
  if (first.fields.length === 0) throw badFile(file.path, 'it is empty');
  const names = uniqueNames(dialect.header, first.fields);
  if (Array.isArray(dialect.header) && dialect.header.length !== first.fields.length) {
    const what = `it has ${first.fields.length} columns, and csv.header has ${dialect.header.length} names`;
    throw badFile(file.path, what);
  }
  for (const name of Object.keys(dialect.types))
    if (!names.includes(name)) throw unknownColumn(file, name, names);
  const dataStart = dialect.header === true ? first.end : 0;
  const guesses = names.map(() => new TypeGuess(dialect));
  const lastLine = isWhole ? bytes.length : bytes.lastIndexOf(10) + 1;
  const numRows = addSample(bytes.subarray(0, lastLine), dataStart, guesses, dialect);
  const hasQuotes = dialect.quote >= 0 && bytes.includes(dialect.quote);
  const isPlain = !content.isCompressed && content.encoding === undefined;
  // In a file with quotes a sample could begin inside of them.
  if (!isWhole && isPlain && !hasQuotes) await addSamples(file, bytes.length, guesses, dialect);
  return {
    names,
    types: guesses.map((guess, k) => {
      const declared = Object.hasOwn(dialect.types, names[k]) ? dialect.types[names[k]] : undefined;
      return declared ? guess.declared(declared) : guess.take();
    }),
    dataStart,
    bytesPerRow: Math.max(1, (lastLine - dataStart) / Math.max(1, numRows)),
  };
}

/** Adds lines that lie evenly in the rest of the file: later values may need wider types. */
async function addSamples(
  file: OpenFile,
  from: number,
  guesses: readonly TypeGuess[],
  dialect: Dialect,
): Promise<void> {
  const step = (file.size - from - SAMPLE_BYTES) / SAMPLES;
  for (let k = 1; k <= SAMPLES; k++) {
    const at = Math.max(from, Math.floor(from + step * k));
    const bytes = await readRange(file, at, Math.min(SAMPLE_BYTES, file.size - at));
    if (dialect.quote >= 0 && bytes.includes(dialect.quote)) continue;
    const end = k === SAMPLES ? bytes.length : bytes.lastIndexOf(10) + 1;
    addSample(bytes.subarray(0, end), bytes.indexOf(10) + 1, guesses, dialect);
  }
}

/** Adds the values of whole lines. Returns how many lines there are. */
function addSample(text: Buffer, from: number, guesses: readonly TypeGuess[], dialect: Dialect): number {
  const reader = new BlockReader(withLastBreak(text), from, guesses.length, dialect);
  const isNull = nullTest(dialect.nullValues);
  let numRows = 0;
  for (let block = reader.next(() => {}); block; block = reader.next(() => {})) {
    numRows += block.index.numRows;
    for (const [column, guess] of guesses.entries()) guess.addColumn(block, column, isNull);
  }
  return numRows;
}

class OtherColumns extends Error {}

/** Reads the fields of the first line. */
function firstLine(text: Buffer, { delimiter, quote }: Dialect): { fields: string[]; end: number } {
  const bytes = withLastBreak(text);
  // Lines of one column only are bad until the number of columns is known.
  let numColumns = 1;
  for (;;) {
    const index = new FieldIndex(numColumns, 1);
    let found: number | undefined;
    let end = 0;
    try {
      end = indexLines(bytes, 0, delimiter, quote, index, ({ numFields }) => {
        found ??= numFields ?? MAX_COLUMNS;
        // Ends the search: all other lines would be bad too.
        if (numFields !== undefined) throw new OtherColumns();
      });
    } catch (error) {
      if (!(error instanceof OtherColumns)) throw error;
    }
    if (found === undefined || found === numColumns || found >= MAX_COLUMNS) {
      const fields = Array.from({ length: index.numRows * numColumns }, (_, k) => {
        const text = bytes.toString('utf8', index.starts[k], index.ends[k]);
        const mark = String.fromCharCode(quote);
        return index.kinds[k] === ESCAPED ? text.replaceAll(mark + mark, mark) : text;
      });
      return { fields, end: Math.min(end, text.length) };
    }
    numColumns = found;
  }
}

/** Gives each column a name of its own, as pandas does: the second `price` is `price.1`. */
function uniqueNames(header: Dialect['header'], fields: readonly string[]): string[] {
  const given = header === true ? fields : header === false ? [] : header;
  const taken = new Set(given);
  const seen = new Set<string>();
  return fields.map((_, k) => {
    const name = given[k] || `column${k + 1}`;
    if (!seen.has(name)) {
      seen.add(name);
      return name;
    }
    let turn = 1;
    while (taken.has(`${name}.${turn}`) || seen.has(`${name}.${turn}`)) turn++;
    seen.add(`${name}.${turn}`);
    return `${name}.${turn}`;
  });
}

function unknownColumn(file: OpenFile, name: string, names: readonly string[]): ApplyError {
  const near = nearest(name, names);
  const hint = near === undefined ? '' : `; did you mean '${near}'?`;
  return new ApplyError(
    'ERR_UNKNOWN_COLUMN',
    `scan: csv.types names '${name}', which ${file.path} has not${hint}`,
  );
}
