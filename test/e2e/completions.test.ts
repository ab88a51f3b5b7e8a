import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { extra } from '../../scripts/extras.js';
import { root } from './support/project.js';

/*
 * What an editor offers at the place of each case, asked from the language service that tsserver is made of.
 */

/** What is used of the compiler, whose version 7 has no such interface. */
interface TypeScript {
  readonly sys: {
    fileExists(path: string): boolean;
    readFile(path: string): string | undefined;
    directoryExists(path: string): boolean;
    getDirectories(path: string): string[];
  };
  readonly ScriptSnapshot: { fromString(text: string): unknown };
  parseJsonConfigFileContent(json: unknown, host: unknown, folder: string): { options: object };
  getDefaultLibFilePath(options: object): string;
  createLanguageService(host: object): {
    getCompletionsAtPosition(
      file: string,
      position: number,
      options: object,
    ): { readonly entries: readonly { readonly name: string }[] } | undefined;
  };
}

const declarations = `
import type { Float64, Table, Utf8 } from 'apache-arrow';
import { applyParallel, filterParallel, groupby, mapBatches, type Row, transformParallel } from 'apply-parallel';
import type { DataFrame, Series } from 'danfojs-node';
interface Sale extends Row { category: string; price: number }
declare const table: Table<{ shop: Utf8; price: Float64 }>;
declare const anyTable: Table;
import { lookup } from 'apply-parallel/columns';
declare const rows: { category: string; price: number }[];
declare const sales: Sale[];
declare const columns: { shop: string[]; n: Float64Array };
declare const df: DataFrame & { shop: Series; price: Series };
`;

const kinds = 'arquero arrow columns danfo flechette polars records same';

const cases: [code: string, offers: string][] = [
  ["groupby(table, '|')", 'price shop'],
  ["groupby(rows, '|')", 'category price'],
  ["groupby(sales, '|')", 'category price'],
  ["groupby(columns, ['|'])", 'n shop'],
  ["groupby(columns, ['n', '|'])", 'n shop'],
  ["groupby(df, '|')", 'price shop'],
  ["groupby(anyTable, '|')", ''],
  ["lookup(columns, table, { on: '|' })", 'shop'],
  ["lookup(columns, table, { on: ['|'] })", 'shop'],
  ["lookup(columns, table, { on: { shop: '|' } })", 'price shop'],
  ["lookup(columns, table, { on: 'shop', columns: ['|'] })", 'price shop'],
  ["applyParallel(groupby(rows, 'price'), (g) => g, { input: '|' })", kinds],
  ["applyParallel(groupby(table, 'price'), (g) => ({ ...g }), { input: '|' })", kinds],
  ["applyParallel(groupby(table, 'price'), (g) => g, { output: '|' })", kinds],
  [
    "applyParallel(groupby(table, 'price'), (g) => g, { returnAs: '|' })",
    'frame generator generatorUnordered',
  ],
  ["transformParallel(groupby(table, 'price'), (g) => ({ ...g }), { input: '|' })", kinds],
  ["filterParallel(groupby(table, 'price'), () => true, { output: '|' })", kinds],
  ["mapBatches(table, (g) => g, { input: '|' })", kinds],
  ["applyParallel(groupby(table, 'shop'), (g) => { g.|; return null; }, { input: 'columns' })", 'price shop'],
  ["applyParallel(groupby(rows, 'price'), (g) => { g[0].|; return null; })", 'category price'],
  [
    "applyParallel(groupby(rows, 'price'), (g) => ({ n: g.length, sum: 1 })).then((out) => out[0].|)",
    'n sum',
  ],
];

for (const version of ['5.6', '5.9']) {
  const folder = version === '5.9' ? 'typescript' : `typescript-${version}`;
  const path = extra(folder, 'lib/typescript.js');
  describe(`completions of TypeScript ${version}`, {
    skip: path ? false : `${folder} is not installed: node scripts/extras.js`,
  }, () => {
    let complete: (code: string) => string;
    before(() => {
      complete = completer(createRequire(import.meta.url)(path as string) as TypeScript);
    });
    for (const [code, offers] of cases) it(code, () => assert.equal(complete(code), offers));
  });
}

/** Returns what is offered at the mark `|` of some code, in order of the alphabet. */
function completer(ts: TypeScript): (code: string) => string {
  const file = join(root, 'test', 'completions-of-this-test.ts');
  let text = '';
  let version = 0;
  const { options } = ts.parseJsonConfigFileContent(
    JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')),
    ts.sys,
    root,
  );
  const read = (path: string) => (path === file ? text : readFileSync(path, 'utf8'));
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: (path: string) => (path === file ? String(version) : '0'),
    getScriptSnapshot: (path: string) =>
      path === file || existsSync(path) ? ts.ScriptSnapshot.fromString(read(path)) : undefined,
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (given: object) => ts.getDefaultLibFilePath(given),
    fileExists: (path: string) => path === file || ts.sys.fileExists(path),
    readFile: ts.sys.readFile,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  });
  return (code) => {
    text = declarations + code.replace('|', '');
    version++;
    const found = service.getCompletionsAtPosition(file, declarations.length + code.indexOf('|'), {});
    return (found?.entries ?? [])
      .map(({ name }) => name)
      .sort()
      .join(' ');
  };
}
