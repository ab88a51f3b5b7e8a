import { type DataType, type Dictionary, type Schema, Type } from 'apache-arrow';
import type { Where, WhereValue } from '../index.js';
import { UsageError } from './usage-error.js';

/**
 * Reads `NAME=VALUE` options. Values are JSON (`0.2`, `true`, `[1,2]`, `"7"`), and text where they are no
 * JSON.
 */
export function namedValues(option: string, texts: readonly string[]): { [name: string]: unknown } {
  const entries = texts.map((text): [string, unknown] => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined) throw new UsageError(`${option} takes NAME=VALUE, got ${text}`);
    return [name, parseValue(value)];
  });
  return Object.fromEntries(entries);
}

/** Reads a value. A whole number that a number cannot hold becomes a bigint. */
function parseValue(text: string): unknown {
  if (/^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text))) return BigInt(text);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const OPERATORS: { readonly [sign: string]: string } = {
  '=': 'eq',
  '!=': 'ne',
  '>': 'gt',
  '>=': 'gte',
  '<': 'lt',
  '<=': 'lte',
};

interface Test {
  readonly column: string;
  readonly operator: string;
  readonly value: string;
}

/** Reads conditions such as `price>=10`. */
export function parseTests(texts: readonly string[]): Test[] {
  return texts.map((text) => {
    const [, column, sign, value] = /^([^=!<>]+)(=|!=|>=|<=|>|<)(.*)$/s.exec(text) ?? [];
    if (column === undefined) {
      throw new UsageError(`--where takes a column and a condition, such as 'price>=10', got ${text}`);
    }
    return { column: column.trim(), operator: OPERATORS[sign], value: value.trim() };
  });
}

/** Makes the option `where` of `scan`, with values of the columns' types. */
export function whereOf(tests: readonly Test[], schema: Schema): Where {
  const where: { [column: string]: { [operator: string]: unknown } | readonly WhereValue[] } = {};
  for (const { column, operator, value } of tests) {
    const type = schema.fields.find(({ name }) => name === column)?.type;
    const given = type !== undefined && isText(type) ? textOf(value) : parseValue(value);
    const others = Object.hasOwn(where, column) ? where[column] : {};
    if (Array.isArray(given) && operator === 'eq' && !Object.hasOwn(where, column)) {
      where[column] = given as WhereValue[];
    } else if (Array.isArray(given) || Array.isArray(others) || Object.hasOwn(others, operator)) {
      throw new UsageError(
        `--where ${column}: all conditions must hold; several values are one condition: ` +
          `'${column}=["a","b"]'`,
      );
    } else {
      where[column] = { ...others, [operator]: given };
    }
  }
  return where as Where;
}

const TEXT_TYPES: ReadonlySet<Type> = new Set([Type.Utf8, Type.LargeUtf8, Type.Utf8View]);

const isText = (type: DataType): boolean =>
  TEXT_TYPES.has((type.typeId === Type.Dictionary ? (type as Dictionary).dictionary : type).typeId as Type);

/** Reads the value of a text column: `store=7` means the text 7. */
function textOf(text: string): unknown {
  const value = parseValue(text);
  return typeof value === 'string' || value === null || Array.isArray(value) ? value : text;
}

/** Reads `a,b` as several names, unless a column has a comma in its name. */
export const columnNames = (texts: readonly string[], columns: readonly string[]): string[] =>
  texts.flatMap((text) => (columns.includes(text) ? [text] : text.split(',').map((name) => name.trim())));

/** Reads a whole number. */
export function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (/^[+-]?\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(
    `${option} must be a whole number${least >= 0 ? ` from ${least} on` : ''}, got ${text}`,
  );
}
