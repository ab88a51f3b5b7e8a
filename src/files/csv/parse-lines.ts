import type { Data } from 'apache-arrow';
import type { Block } from './block.js';
import { BlockReader } from './block-reader.js';
import { createBuilder } from './builders/index.js';
import type { ColumnBuilder, NullTest } from './column-builder.js';
import type { ColumnType } from './column-type.js';
import { type BadLine, withLastBreak } from './field-index.js';
import type { Dialect } from './options.js';

/** A column to read: its position among the fields of a line, name and type. */
export interface WantedColumn {
  readonly position: number;
  readonly name: string;
  readonly type: ColumnType;
}

/** The reason that a line cannot be read. */
export interface LineFault {
  /** The position of the line. */
  readonly at: number;
  readonly why: string;
}

/** Thrown for the first line that cannot be read. */
export class LineError extends Error {
  readonly fault: LineFault;

  constructor(fault: LineFault) {
    super(fault.why);
    this.fault = fault;
  }
}

export interface ParsedLines {
  readonly columns: readonly Data[];
  readonly numRows: number;
  readonly skipped: number;
}

/** Reads whole lines into columns, each of `numColumns` fields. */
export function parseLines(
  text: Buffer,
  numColumns: number,
  wanted: readonly WantedColumn[],
  dialect: Dialect,
): ParsedLines {
  const bytes = withLastBreak(text);
  const reader = new BlockReader(bytes, 0, numColumns, dialect);
  let builders: ColumnBuilder[] | undefined;
  let numRows = 0;
  let skipped = 0;
  const fail = (fault: LineFault) => {
    if (!dialect.skipsBadLines) throw new LineError(fault);
    skipped++;
  };
  const failBadLine = ({ at, numFields }: BadLine) => fail({ at, why: fieldsFault(numFields, numColumns) });
  let begin = 0;
  for (let block = reader.next(failBadLine); block; block = reader.next(failBadLine)) {
    const { index, base } = block;
    builders ??= createBuilders(block, bytes.length - begin, begin, wanted, dialect);
    begin = block.end;
    const marks = builders.map((builder) => builder.mark());
    for (let k = 0; k < builders.length; ) {
      const { position, name, type } = wanted[k];
      const row = builders[k].append(block, position);
      if (row < 0) {
        k++;
        continue;
      }
      const field = row * numColumns + position;
      const value = block.bytes.toString('utf8', index.starts[field], index.ends[field]);
      fail({ at: base + index.lines[row], why: valueFault(name, type, value) });
      // Removes the line and reads all columns of the block again.
      index.remove(row);
      builders.forEach((builder, b) => {
        builder.reset(marks[b]);
      });
      k = 0;
    }
    numRows += index.numRows;
  }
  const all = builders ?? createBuilders(undefined, 0, 0, wanted, dialect);
  return { columns: all.map((builder) => builder.finish()), numRows, skipped };
}

/**
 * Makes builders with room for all lines of `byteLength` bytes from `from` on, if they are as long as those
 * of the first block.
 */
function createBuilders(
  block: Block | undefined,
  byteLength: number,
  from: number,
  wanted: readonly WantedColumn[],
  { decimal, quote, nullValues }: Dialect,
): ColumnBuilder[] {
  const isNull = nullTest(nullValues);
  const { numRows = 0, numColumns = 0, starts = [], ends = [] } = block?.index ?? {};
  const blockBytes = block ? block.end - from : 0;
  const isAll = blockBytes >= byteLength;
  const capacity = isAll ? numRows : Math.ceil((byteLength / blockBytes) * numRows * 1.05) + 64;
  return wanted.map(({ position, type }) => {
    let textBytes = 0;
    for (let row = 0, at = position; row < numRows; row++, at += numColumns)
      textBytes += ends[at] - starts[at];
    const mean = numRows === 0 ? 0 : (textBytes / numRows) * 1.05;
    return createBuilder(type, { capacity, isNull, decimal, quote, textBytes: mean });
  });
}

export function nullTest(nullValues: readonly string[]): NullTest | undefined {
  const texts = nullValues.filter((text) => text !== '').map((text) => Buffer.from(text));
  if (texts.length === 0) return undefined;
  const isNull = (bytes: Uint8Array, from: number, to: number) => {
    for (const text of texts) {
      if (text.length !== to - from) continue;
      let k = 0;
      while (k < text.length && text[k] === bytes[from + k]) k++;
      if (k === text.length) return true;
    }
    return false;
  };
  return Object.assign(isNull, { hasDigits: texts.some((text) => /\d/.test(text.toString())) });
}

function fieldsFault(numFields: number | undefined, numColumns: number): string {
  if (numFields === undefined) return 'a quote is not closed, or text follows a closing quote';
  const has = `it has ${numFields} ${numFields === 1 ? 'value' : 'values'}`;
  return `${has}, and there are ${numColumns} columns; onBadLine: 'skip' leaves such lines out`;
}

const MOST_SHOWN = 60;

function valueFault(name: string, { kind, isDeclared }: ColumnType, value: string): string {
  const shown = value.length > MOST_SHOWN ? `${value.slice(0, MOST_SHOWN)}…` : value;
  const why = isDeclared ? 'as csv.types says' : 'by its first values';
  const isWider =
    (kind === 'int32' || kind === 'int64') && value.trim() !== '' && !Number.isNaN(Number(value));
  const other = isWider ? 'float64' : 'text';
  return (
    `column '${name}' is ${kind} ${why}, and '${shown}' is not; ` +
    `say csv: { types: { '${name}': '${other}' } }, ` +
    "name the text in csv.nullValues, or leave such lines out with onBadLine: 'skip'"
  );
}
