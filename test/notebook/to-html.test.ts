// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  Decimal,
  Dictionary,
  Field,
  Int32,
  Int64,
  List,
  makeData,
  Table,
  TimestampMicrosecond,
  tableFromArrays,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { ApplyError, toHTML } from 'apply-parallel';
import { DataFrame } from 'danfojs-node';

/** The texts of the cells, row by row, the headings first. */
function cellsOf(html: string): string[][] {
  return html
    .split('<tr>')
    .slice(1)
    .map((row) => [...row.matchAll(/<t[hd][^>]*>([^<]*)</g)].map((match) => match[1]));
}

describe('toHTML', () => {
  it('shows frames of every kind alike', () => {
    const expected = [
      ['', 'name', 'x'],
      ['0', 'a', '1.5'],
      ['1', 'b', '2.0'],
    ];
    const columns = { name: ['a', 'b'], x: [1.5, 2] };
    const rows = [
      { name: 'a', x: 1.5 },
      { name: 'b', x: 2 },
    ];
    for (const frame of [tableFromArrays(columns), rows, new DataFrame(columns), columns]) {
      const html = toHTML(frame);
      assert.deepEqual(cellsOf(html), expected);
      assert.match(html, /2 rows × 2 columns/);
      assert.match(
        html,
        /<td style="text-align:left;white-space:nowrap">a<.*<td style="text-align:right">1\.5</,
      );
    }
  });

  it('shows the first and the last rows of a long frame', () => {
    const html = toHTML({ x: Float64Array.from({ length: 12_345 }, (_, i) => i) }, { maxRows: 5 });
    const shown = cellsOf(html).slice(1);
    assert.deepEqual(shown, [
      ['0', '0'],
      ['1', '1'],
      ['2', '2'],
      ['…', '…'],
      ['12343', '12343'],
      ['12344', '12344'],
    ]);
    assert.match(html, /12,345 rows × 1 column</);
    assert.equal(cellsOf(toHTML({ x: new Float64Array(3) }, { maxRows: 3 })).length, 4);
  });

  it('writes what the types mean', () => {
    const table = new Table({
      float: vectorFromArray([1 / 3, 1e-7, Number.NaN, 12345678.9, -0.5]),
      whole: vectorFromArray([1n, -2n, 3n, 4n, null], new Int64()),
      when: vectorFromArray(
        [0, 1.5e12, null, 86_400_000, 1].map((ms) => ms && new Date(ms)),
        new TimestampMicrosecond(),
      ),
      price: new Vector([
        makeData({
          type: new Decimal(2, 10, 128),
          data: Uint32Array.from(
            [5, -5, 12345, 0, -12345].flatMap((n) => [n, n < 0 ? -1 : 0, n < 0 ? -1 : 0, n < 0 ? -1 : 0]),
          ),
        }),
      ]),
      list: vectorFromArray([[1, 2], null, [3], [], [4]], new List(new Field('item', new Int32()))),
      word: vectorFromArray(['<b>', '"&"', null, 'é', ''], new Dictionary(new Utf8(), new Int32())),
      yes: vectorFromArray([true, false, null, true, true]),
    });
    assert.deepEqual(cellsOf(toHTML(table)).slice(1), [
      ['0', '0.3333', '1', '1970-01-01 00:00:00.000', '0.05', '[1,2]', '&lt;b&gt;', 'true'],
      ['1', '0.0000', '-2', '2017-07-14 02:40:00.000', '-0.05', '', '&quot;&amp;&quot;', 'false'],
      ['2', 'NaN', '3', '', '123.45', '[3]', '', ''],
      ['3', '12345678.9000', '4', '1970-01-02 00:00:00.000', '0.00', '[]', 'é', 'true'],
      ['4', '-0.5000', '', '1970-01-01 00:00:00.001', '-123.45', '[4]', '', 'true'],
    ]);
  });

  it('writes all times of a column as finely as one of them needs', () => {
    const days = [new Date(0), null, new Date(86_400_000)];
    const shown = cellsOf(toHTML({ days, times: [days[0], null, new Date(86_399_000)] })).slice(1);
    assert.deepEqual(shown, [
      ['0', '1970-01-01', '1970-01-01 00:00:00'],
      ['1', '', ''],
      ['2', '1970-01-02', '1970-01-01 23:59:59'],
    ]);
  });

  it('writes very small and very large numbers in powers of ten', () => {
    const shown = cellsOf(toHTML({ small: [1.23456e-7, 0, -5e-4], large: [1e15, 1, 2.5] })).slice(1);
    assert.deepEqual(shown, [
      ['0', '1.235e-7', '1.000e+15'],
      ['1', '0.0000', '1.0'],
      ['2', '-5.000e-4', '2.5'],
    ]);
  });

  it('shows a frame without rows, or columns', () => {
    assert.match(toHTML(tableFromArrays({ x: new Float64Array(0) })), /0 rows × 1 column</);
    assert.match(toHTML(new Table()), /0 rows × 0 columns/);
  });

  it('refuses what is no frame, and no number of rows', () => {
    const has = (code: string) => (error: unknown) => error instanceof ApplyError && error.code === code;
    assert.throws(() => toHTML(new Date(0)), has('ERR_NOT_A_FRAME'));
    for (const maxRows of [0, 1.5, '5' as never]) {
      assert.throws(() => toHTML([{ a: 1 }], { maxRows }), has('ERR_INVALID_OPTION'));
    }
  });
});
