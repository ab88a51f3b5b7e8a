import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { drawTable } from '#dist/cli/text-table.js';
import { printable, shorten, widthOf } from '#dist/cli/text-width.js';

const wide = { width: Number.POSITIVE_INFINITY, colour: false };

describe('drawTable', () => {
  const columns = [
    { name: 'name', cells: ['tea', 'コーヒー', undefined] },
    { name: 'n', cells: ['1', '200', '3'], isNumeric: true },
  ];

  it('aligns text to the left and numbers to the right, by the width on the screen', () => {
    assert.equal(
      drawTable(columns, wide),
      ['name        n', 'tea         1', 'コーヒー  200', 'null        3', ''].join('\n'),
    );
  });

  it('marks names and missing values where there are colours', () => {
    assert.equal(
      drawTable(columns, { width: 80, colour: true }),
      [
        '\x1b[1mname\x1b[22m        \x1b[1mn\x1b[22m',
        'tea         1',
        'コーヒー  200',
        '\x1b[2mnull\x1b[22m        3',
        '',
      ].join('\n'),
    );
  });

  it('leaves out columns that do not fit, and names them', () => {
    const many = ['first', 'second', 'third', 'fourth'].map((name) => ({ name, cells: ['12345'] }));
    assert.equal(
      drawTable(many, { width: 30, colour: false }),
      'first  second  third  fourth\n12345  12345   12345  12345\n',
    );
    assert.equal(
      drawTable(many, { width: 27, colour: false }),
      'first  second  third\n12345  12345   12345\n… 1 more column: fourth\n',
    );
    assert.equal(drawTable(many, { width: 12, colour: false }), 'first\n12345\n… 3 more co…\n');
  });

  it('cuts the first column on a screen that is narrower', () => {
    assert.equal(
      drawTable([{ name: 'a', cells: ['1234567890'] }], { width: 6, colour: false }),
      'a\n12345…\n',
    );
  });

  it('keeps whole cells in a file, and cuts long ones on a screen', () => {
    const column = { name: 'a', cells: ['x'.repeat(100)] };
    assert.equal(drawTable([column], wide), `a\n${'x'.repeat(100)}\n`);
    assert.equal(drawTable([column], { width: 80, colour: false }), `a\n${'x'.repeat(39)}…\n`);
  });

  it('writes no control character of a cell or a name', () => {
    assert.equal(drawTable([{ name: 'a\nb', cells: ['\x1b[31mred\r'] }], wide), 'a\\nb\n\\u001b[31mred\\r\n');
  });

  it('draws tables without rows or columns', () => {
    assert.equal(drawTable([{ name: 'a', cells: [] }], wide), 'a\n');
    assert.equal(drawTable([], wide), '');
  });

  it('draws very many rows', () => {
    const cells = Array.from({ length: 300_000 }, (_, row) => String(row));
    assert.equal(drawTable([{ name: 'a', cells }], wide).length, 'a\n'.length + cells.join('\n').length + 1);
  });
});

it('widthOf knows wide characters, accents and emoji', () => {
  for (const [text, width] of [
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['茶', 2],
    ['한국', 4],
    ['ｱ', 1],
    ['🍵', 2],
    ['', 0],
  ] as const) {
    assert.equal(widthOf(text), width, text);
  }
});

it('shorten never goes over the width', () => {
  assert.equal(shorten('abc', 3), 'abc');
  assert.equal(shorten('abcd', 3), 'ab…');
  assert.equal(shorten('茶茶茶', 4), '茶…');
});

it('printable leaves ordinary text alone', () => {
  assert.equal(printable('Zürich 茶 “x”'), 'Zürich 茶 “x”');
  assert.equal(printable('a\u202eb'), 'a\\u202eb');
});
