import {
  type Data,
  type DataType,
  DateDay,
  Dictionary,
  Int32,
  Int64,
  Null,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { allocateShared, concatData } from '../arrow/index.js';

/*
 * Folders named `column=value`, as Hive, Spark and DuckDB write them: the column is in the names, not in the
 * files. Values are URL-encoded.
 */

/** The value that stands for null in the name of a folder. */
export const NULL_FOLDER = '__HIVE_DEFAULT_PARTITION__';

/** The columns that a file has from its folders, as text; null for a missing value. */
export type HiveValues = ReadonlyMap<string, string | null>;

/** Reads the names of folders, from the outermost to the innermost. */
export function hiveValues(folders: readonly string[]): HiveValues {
  const values = new Map<string, string | null>();
  for (const folder of folders) {
    const at = folder.indexOf('=');
    if (at <= 0) continue;
    const value = folder.slice(at + 1);
    values.set(decode(folder.slice(0, at)), value === NULL_FOLDER ? null : decode(value));
  }
  return values;
}

/** A name that is not URL-encoded may have a `%` of its own. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A column whose value is the same in all rows of a file. */
export interface HiveColumn {
  readonly name: string;
  readonly type: DataType;
  /** The values of a text column; `value` of a file is then a position in it. */
  readonly dictionary: Data | undefined;
  /** The value in each file. */
  readonly values: readonly HiveValue[];
}

export type HiveValue = number | bigint | null;

/** Gives the columns that folders name the types that fit all of their values. */
export function hiveColumns(files: readonly HiveValues[]): HiveColumn[] {
  const names = new Set(files.flatMap((values) => [...values.keys()]));
  return Array.from(names, (name) =>
    hiveColumn(
      name,
      files.map((values) => values.get(name) ?? null),
    ),
  );
}

const INTEGER = /^-?(?:0|[1-9]\d{0,17})$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const DAY_MS = 86_400_000;

function hiveColumn(name: string, texts: readonly (string | null)[]): HiveColumn {
  const present = texts.filter((text) => text !== null);
  const fill = (type: DataType, read: (text: string) => HiveValue): HiveColumn => ({
    name,
    type,
    dictionary: undefined,
    values: texts.map((text) => (text === null ? null : read(text))),
  });
  if (present.length === 0) return fill(new Null(), () => null);
  if (present.every((text) => INTEGER.test(text))) {
    const isSmall = present.every((text) => Number(text) === (Number(text) | 0));
    return isSmall ? fill(new Int32(), Number) : fill(new Int64(), BigInt);
  }
  if (present.every((text) => DAY.test(text) && !Number.isNaN(Date.parse(text)))) {
    return fill(new DateDay(), (text) => Date.parse(text) / DAY_MS);
  }
  const distinct = [...new Set(present)];
  const codes = new Map(distinct.map((text, code) => [text, code]));
  const [data] = vectorFromArray(distinct, new Utf8()).data;
  return {
    ...fill(new Dictionary(new Utf8(), new Int32()), (text) => codes.get(text) ?? null),
    dictionary: concatData(data.type, [data], allocateShared),
  };
}
