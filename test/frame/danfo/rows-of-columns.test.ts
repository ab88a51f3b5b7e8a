import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { rowsOfColumns } from '#dist/frame/danfo/rows-of-columns.js';

for (const width of [0, 1, 5, 64, 65]) {
  test(`rowsOfColumns: ${width} columns`, () => {
    const columns = Array.from({ length: width }, (_, j) => [j, `${j}`, null]);
    const expected = [0, 1, 2].map((i) => columns.map((column) => column[i]));
    assert.deepEqual(rowsOfColumns(columns, 3), expected);
    assert.deepEqual(rowsOfColumns(columns, 0), []);
  });
}

test('rowsOfColumns: where Node makes no code of strings', () => {
  const url = new URL('../../../build/frame/danfo/rows-of-columns.js', import.meta.url).href;
  const program = `import { rowsOfColumns } from ${JSON.stringify(url)}; console.log(JSON.stringify(rowsOfColumns([[1, 2], ['a', 'b']], 2)))`;
  const out = execFileSync(
    process.execPath,
    ['--disallow-code-generation-from-strings', '--input-type=module', '--eval', program],
    { encoding: 'utf8' },
  );
  assert.deepEqual(JSON.parse(out), [
    [1, 'a'],
    [2, 'b'],
  ]);
});
