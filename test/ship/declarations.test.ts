import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readExports } from '#dist/ship/export-declarations.js';
import { readImports } from '#dist/ship/import-declarations.js';

const show = (text: string): string[] =>
  [...readImports(text)].map(([local, { specifier, imported }]) => `${local}=${imported}@${specifier}`);

test('every form of import declaration', () => {
  assert.deepEqual(show(`import a from 'x'`), ['a=default@x']);
  assert.deepEqual(show(`import * as n from "x"`), ['n=*@x']);
  assert.deepEqual(show(`import a, { b, c as d, default as e, "s t" as f } from 'x';`), [
    'a=default@x',
    'b=b@x',
    'd=c@x',
    'e=default@x',
    'f=s t@x',
  ]);
  assert.deepEqual(show(`import a, * as n from 'x'`), ['a=default@x', 'n=*@x']);
  assert.deepEqual(show(`import 'x'; import from from 'y'; import type from 'z'`), [
    'from=default@y',
    'type=default@z',
  ]);
  assert.deepEqual(show(`import json from './a.json' with { type: 'json' }; import b from 'b'`), [
    'json=default@./a.json',
    'b=default@b',
  ]);
});

test('TypeScript: types are left out, and what follows cannot hurt', () => {
  assert.deepEqual(
    show(
      `import type { T } from 't'; import { type U, v, type W as X } from 'x'; let q: Map<string, A> = <any>/`,
    ),
    ['v=v@x'],
  );
});

test('no declarations: comments, strings, import() and import.meta', () => {
  assert.deepEqual(
    show(
      `// import a from 'a'\n const s = "import b from 'b'", t = \`import c from 'c'\`; import('d'); import.meta.url; f(() => { import('e') })`,
    ),
    [],
  );
});

test('exports by their local names', () => {
  const names = readExports(
    `const a = 1; export { a as b, a as "c d" }; export function f() {} export class K {} export const { x, y: [z] } = q; export default class D {}; export { no } from 'n';`,
  );
  assert.deepEqual(Object.fromEntries(names), { a: 'c d', f: 'f', K: 'K', x: 'x', z: 'z', D: 'default' });
  assert.equal(readExports('export default () => 1').get('*default*'), 'default');
});
