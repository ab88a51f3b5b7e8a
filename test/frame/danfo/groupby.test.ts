// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { before, describe, test } from 'node:test';
import type { Table } from 'apache-arrow';
import type { DataFrame as Frame } from 'danfojs-node';
import type { BatchAdapter } from '#dist/frame/adapter.js';
import { danfoAdapter } from '#dist/frame/danfo/danfo-adapter.js';
import { tableFromDanfoGroupby } from '#dist/frame/danfo/index.js';

const danfo = createRequire(import.meta.url)('danfojs-node') as typeof import('danfojs-node');
const { DataFrame } = danfo;

before(() => danfoAdapter.load?.());

const toArrow = (frame: unknown): Table => danfoAdapter.toArrow(frame as never);
const fromArrow = (table: Table): Frame => danfoAdapter.fromArrow(table) as unknown as Frame;
const roundTrip = (frame: unknown): Frame => fromArrow(toArrow(frame));

describe('a danfojs Groupby', () => {
  const frame = new DataFrame({ category: ['b', 'a', 'b'], x: [1, 2, 3], 'y-z': [1.5, null, 2] } as never);
  test('gives the rows it was made of, and its keys', () => {
    const { table, by } = tableFromDanfoGroupby(frame.groupby(['category', 'x']) as never);
    assert.deepEqual(by, ['category', 'x']);
    assert.deepEqual(fromArrow(table).values, roundTrip(frame).values);
    assert.deepEqual(fromArrow(table).dtypes, frame.dtypes);
  });
  test('an unknown key, which danfojs takes without a word', () => {
    assert.throws(() => tableFromDanfoGroupby(frame.groupby(['nope']) as never), {
      code: 'ERR_UNKNOWN_COLUMN',
      message: /"nope".*"category", "x", "y-z"/,
    });
  });
  test('a bare string taken for letters', () => {
    const grouped = {
      ...frame.groupby(['category']),
      keyCol: [...'category'],
      colIndex: [...'category'].map(() => -1),
    };
    assert.throws(() => tableFromDanfoGroupby(grouped as never), {
      code: 'ERR_UNKNOWN_COLUMN',
      message: /write df\.groupby\(\['category'\]\)/,
    });
    const single = tableFromDanfoGroupby(new DataFrame({ k: [1], v: [2] }).groupby(['k']) as never);
    assert.deepEqual(single.by, ['k']);
  });
  test('one that no longer has its rows', () => {
    assert.throws(() => tableFromDanfoGroupby(frame.groupby(['category']).col(['x']) as never), {
      code: 'ERR_NOT_A_FRAME',
      message: /\.col\(/,
    });
  });
});

describe('names of columns that are numbers', () => {
  const rows = [
    ['a', 1, 2],
    ['b', 3, 4],
  ];
  const years = new DataFrame(rows, { columns: ['k', 2020, 2021] as never });
  test('become strings, of a frame and of a Groupby', () => {
    const back = roundTrip(years);
    assert.deepEqual([back.columns, back.values, back['2020'].values], [['k', '2020', '2021'], rows, [1, 3]]);
    const { table, by } = tableFromDanfoGroupby(years.groupby([2020] as never) as never);
    assert.deepEqual([table.schema.names, by], [['k', '2020', '2021'], ['2020']]);
  });
  test('given to a group', () => {
    const group = () =>
      (danfoAdapter as BatchAdapter).fromBatch((danfoAdapter as BatchAdapter).toBatch(years)) as Frame;
    const wider = roundTrip(group().addColumn(2022 as never, [5, 6]));
    assert.deepEqual(
      [wider.columns, wider['2022'].values],
      [
        ['k', '2020', '2021', '2022'],
        [5, 6],
      ],
    );
    const renamed = group();
    renamed.rename({ k: 7 } as never, { inplace: true });
    assert.deepEqual(roundTrip(renamed).columns, ['7', '2020', '2021']);
  });
});
