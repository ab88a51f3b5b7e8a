/*
 * Reads the files of apache/arrow-testing and apache/parquet-testing with `load`, compares with pyarrow, and
 * prints a table in Markdown:
 *
 *     ORACLE_PYTHON=python3 node --import tsx test/conformance/main.ts FOLDER
 *
 * FOLDER has clones of the two repositories. docs/conformance.md has the last results.
 */

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Table, Vector } from 'apache-arrow';
import { type ApplyError, load } from 'apply-parallel';

/** What pyarrow says of a file. */
interface Expected {
  readonly error?: string;
  readonly rows: number;
  readonly names: readonly string[];
  /** The count of nulls of each column; null where the two libraries count differently. */
  readonly nulls: readonly (number | null)[];
  /** The values as text, of columns of numbers, text and booleans. */
  readonly columns: readonly (readonly (string | null)[] | null)[];
}

type Outcome = 'same' | 'both refuse' | 'refused' | 'only here' | 'different';

interface Finding {
  readonly file: string;
  readonly outcome: Outcome;
  readonly why: string;
}

const NAMES = /\.(?:arrow_file|stream|arrow|feather|parquet)$|fuzz|crash-/;

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && NAMES.test(entry.name) && !/\.(?:md|gz|json|csv)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => /arrow-ipc|forward-compat/.test(path) || path.endsWith('.parquet'))
    .sort();
}

function askPyarrow(files: readonly string[]): Expected[] {
  const python = process.env.ORACLE_PYTHON ?? 'python3';
  const script = fileURLToPath(new URL('./digest.py', import.meta.url));
  const expected: Expected[] = [];
  // A file that ends the process counts as refused, and the next process goes on behind it.
  while (expected.length < files.length) {
    const input = files.slice(expected.length).join('\n');
    const { stdout, stderr } = spawnSync(python, [script], { input, maxBuffer: 2 ** 30, encoding: 'utf8' });
    const lines = stdout.split('\n').filter(Boolean);
    if (lines.length === 0 && /No module named/.test(stderr)) throw new Error(stderr);
    for (const line of lines) expected.push(JSON.parse(line));
    if (expected.length < files.length)
      expected.push({ error: 'pyarrow ended', rows: 0, names: [], nulls: [], columns: [] });
  }
  return expected;
}

const textOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : typeof value === 'number' ? String(value) : String(value);

/** Compares as numbers where both texts are numbers: the languages write floats differently. */
function isSame(a: string | null, b: string | null): boolean {
  if (a === b || a === null || b === null) return a === b;
  const [x, y] = [Number(a.replace('inf', 'Infinity')), Number(b.replace('inf', 'Infinity'))];
  return a.toLowerCase() === 'nan'
    ? b === 'NaN'
    : Number.isFinite(x)
      ? x === y
      : a.replace('inf', 'Infinity') === b;
}

function difference(table: Table, expected: Expected): string | undefined {
  if (table.numRows !== expected.rows) return `${table.numRows} rows instead of ${expected.rows}`;
  const names = table.schema.fields.map(({ name }) => name);
  if (names.join('\n') !== expected.names.join('\n')) return 'other columns';
  for (const [k, name] of names.entries()) {
    const vector = table.getChildAt(k) as Vector | null;
    const nulls = expected.nulls[k];
    const found = vector?.data.reduce((sum, data) => sum + data.nullCount, 0);
    if (nulls !== null && table.numRows > 0 && found !== nulls)
      return `column ${name}: ${found} nulls instead of ${nulls}`;
    const column = expected.columns[k];
    if (!column || !vector) continue;
    const row = column.findIndex((value, i) => !isSame(value, textOf(vector.get(i))));
    if (row >= 0) return `column ${name}, row ${row}: ${textOf(vector.get(row))} instead of ${column[row]}`;
  }
  return undefined;
}

async function judge(path: string, file: string, expected: Expected): Promise<Finding> {
  let table: Table;
  try {
    table = await load<Table>(path);
  } catch (error) {
    const { code, message } = error as ApplyError;
    const why = `${code ?? 'no code'}: ${message.slice(message.indexOf('cannot be read: ') + 1).replace(/^annot be read: /, '')}`;
    return { file, outcome: expected.error ? 'both refuse' : 'refused', why };
  }
  if (expected.error) return { file, outcome: 'only here', why: `pyarrow: ${expected.error}` };
  const why = difference(table, expected);
  return { file, outcome: why ? 'different' : 'same', why: why ?? '' };
}

const [folder] = process.argv.slice(2);
if (!folder)
  throw new Error('say which folder has clones of apache/arrow-testing and apache/parquet-testing');
const files = filesOf(folder);
const expected = askPyarrow(files);
const findings: Finding[] = [];
for (const [k, path] of files.entries()) {
  findings.push(await judge(path, relative(folder, path).split(sep).join('/'), expected[k]));
}

/** Groups files by the folder that the table has a line for. */
const groupOf = (file: string): string =>
  /fuzz|crash-|bad_data/.test(file)
    ? `${file.split('/')[0]}, damaged files`
    : file.split('/').slice(0, -1).join('/');

const outcomes: readonly Outcome[] = ['same', 'both refuse', 'refused', 'only here', 'different'];
const groups = groupBy(findings);

function groupBy(all: readonly Finding[]): Map<string, Finding[]> {
  const found = new Map<string, Finding[]>();
  for (const each of all) found.set(groupOf(each.file), [...(found.get(groupOf(each.file)) ?? []), each]);
  return found;
}

console.log(`| files | ${outcomes.join(' | ')} |\n|---|${outcomes.map(() => '---:|').join('')}`);
for (const [group, found] of groups) {
  const counts = outcomes.map((outcome) => found.filter((each) => each.outcome === outcome).length);
  console.log(`| ${group} | ${counts.join(' | ')} |`);
}
for (const { file, outcome, why } of findings) {
  if (outcome === 'refused' || outcome === 'different' || outcome === 'only here')
    console.log(`\n- ${file}: ${outcome}: ${why}`);
}
