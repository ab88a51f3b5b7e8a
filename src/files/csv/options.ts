import { ApplyError } from '../../errors.js';
import { checkOptions, oneOf, type Rule, type Rules } from '../../options/index.js';
import { timeReaderOf } from './times.js';

/** The types that a column of a CSV file may be declared to have. */
export type CsvType = 'int32' | 'int64' | 'float64' | 'boolean' | 'date' | 'timestamp' | 'text';

/** The dialect of CSV files. */
export interface CsvOptions {
  /**
   * The character between two values.
   * @default ',' and a tab for `.tsv`
   */
  delimiter?: string;
  /**
   * True if the first line has the names of the columns. An array gives the names of files without such a
   * line; `false` names the columns column1, column2 and so on.
   * @default true
   */
  header?: boolean | readonly string[];
  /**
   * Texts that stand for null, beside the empty one. A value in quotes never does.
   * @default []
   */
  nullValues?: readonly string[];
  /**
   * The decimal separator.
   * @default '.'
   */
  decimal?: '.' | ',';
  /**
   * Formats of dates and times beside ISO's, in the letters of strptime: `%Y-%m-%d %H:%M:%S`, and `%y`, `%f`,
   * `%%`. A column in which all values have one of them is a date or timestamp column.
   * @default []
   */
  dateFormats?: readonly string[];
  /** The types of columns, by name. The others get theirs from their first values and samples of the rest. */
  types?: { readonly [column: string]: CsvType };
  /**
   * The character around values that hold the delimiter or line breaks; twice inside of such a value it
   * stands for itself. `null` if there is none.
   * @default '"'
   */
  quote?: string | null;
  /**
   * The encoding, by a name that TextDecoder knows. A byte-order mark wins over it.
   * @default 'utf-8'
   */
  encoding?: string;
  /**
   * The treatment of a line with more or fewer values than there are columns, or with a value that is not of
   * its column's type: `ERR_BAD_FILE` with the line, or the line is left out and counted in `skippedLines`.
   * @default 'throw'
   */
  onBadLine?: 'throw' | 'skip';
}

const types: readonly CsvType[] = ['int32', 'int64', 'float64', 'boolean', 'date', 'timestamp', 'text'];

const isText = (value: unknown): value is string => typeof value === 'string';
const isOneCharacter = (value: unknown) =>
  isText(value) && value.length === 1 && value < '\x80' && !/[\r\n]/.test(value);
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);

const isFormats = (value: unknown) => isTexts(value) && (value as string[]).every(timeReaderOf);

const typesRule: Rule = [
  (value) =>
    typeof value === 'object' && value !== null && Object.values(value).every((type) => types.includes(type)),
  `an object of columns and their types: ${types.map((type) => `'${type}'`).join(', ')}`,
];

const csvRules: Rules<CsvOptions> = {
  delimiter: [isOneCharacter, 'one ASCII character'],
  header: [(value) => typeof value === 'boolean' || isTexts(value), 'true, false or an array of names'],
  nullValues: [isTexts, 'an array of texts'],
  decimal: oneOf('.', ','),
  dateFormats: [isFormats, "an array of formats such as '%d.%m.%Y %H:%M', of %Y %y %m %d %H %M %S %f"],
  types: typesRule,
  quote: [(value) => value === null || isOneCharacter(value), 'one ASCII character or null'],
  encoding: [isEncoding, "the name of an encoding, such as 'latin1' or 'utf-16le'"],
  onBadLine: oneOf('throw', 'skip'),
};

/** {@link CsvOptions} with the defaults filled in, as they are posted to workers. */
export interface Dialect {
  readonly delimiter: number;
  /** -1 if there is none. */
  readonly quote: number;
  readonly decimal: number;
  readonly header: boolean | readonly string[];
  readonly nullValues: readonly string[];
  readonly dateFormats: readonly string[];
  readonly types: { readonly [column: string]: CsvType };
  readonly encoding: string;
  readonly skipsBadLines: boolean;
}

export function resolveDialect(given: CsvOptions, path: string): Dialect {
  const tab = /\.tsv(\.gz)?$/i.test(path) ? '\t' : undefined;
  const { delimiter = tab ?? ',', quote = '"', decimal = '.', header = true } = given;
  if (delimiter === decimal) {
    throw new ApplyError('ERR_INVALID_OPTION', `scan: csv.delimiter and csv.decimal are both '${decimal}'`);
  }
  return {
    delimiter: delimiter.charCodeAt(0),
    quote: quote === null ? -1 : quote.charCodeAt(0),
    decimal: decimal.charCodeAt(0),
    header,
    nullValues: given.nullValues ?? [],
    dateFormats: given.dateFormats ?? [],
    types: given.types ?? {},
    encoding: new TextDecoder(given.encoding).encoding,
    skipsBadLines: given.onBadLine === 'skip',
  };
}

export const checkCsvOptions = (options: CsvOptions): void => checkOptions('scan: csv', options, csvRules);

function isEncoding(value: unknown): boolean {
  try {
    return isText(value) && new TextDecoder(value).encoding !== '';
  } catch {
    return false;
  }
}
