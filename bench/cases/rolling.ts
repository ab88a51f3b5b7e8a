import { makeVector, Table } from 'apache-arrow';
import { applyParallel, groupby, rolling, windows } from 'apply-parallel';
import type { StageCase } from '../types.js';

const ROWS = 1_000_000;
const SIZE = 50;
const KEYS = 100;

/** A million prices of a hundred stocks. */
function somePrices(share: number): Table {
  const length = Math.ceil(ROWS * share);
  const price = Float64Array.from({ length }, (_, i) => ((i * 7919) % 10_007) / 4);
  const stock = Int32Array.from({ length }, (_, i) => i % KEYS);
  return new Table({ stock: makeVector(stock), price: makeVector(price) });
}

/** The distance of the highest from the lowest price. */
function rangeOf(prices: Float64Array): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < prices.length; i++) {
    if (prices[i] < low) low = prices[i];
    if (prices[i] > high) high = prices[i];
  }
  return high - low;
}

const columnsOf = (table: Table) => ({ price: table.getChild('price')?.toArray() as Float64Array });
const checked = (range: unknown) => ({ range: (range as Float64Array).subarray(SIZE - 1) });

export const rollingCase: StageCase = {
  kind: 'stage',
  name: 'rolling',
  title: 'A million windows of 50 rows: a function of one column',
  keys: [],
  data: somePrices,
  stages: {
    rolling: async (table) => {
      const group = columnsOf(table);
      return {
        run: () => rolling(group, { rows: SIZE }, ({ frame }) => rangeOf(frame.price)),
        columns: checked,
      };
    },
    'for … of windows': async (table) => {
      const group = columnsOf(table);
      const run = () => {
        const range = new Float64Array(group.price.length);
        for (const { row, frame } of windows(group, { rows: SIZE })) range[row] = rangeOf(frame.price);
        return range;
      };
      return { run, columns: checked };
    },
    'a loop over subarrays': async (table) => {
      const { price } = columnsOf(table);
      const run = () => {
        const range = new Float64Array(price.length).fill(Number.NaN);
        for (let row = SIZE - 1; row < price.length; row++) {
          range[row] = rangeOf(price.subarray(row + 1 - SIZE, row + 1));
        }
        return range;
      };
      return { run, columns: checked };
    },
    'rolling in a hundred groups, all workers': async (table) => {
      const run = () =>
        applyParallel(
          groupby(table, 'stock'),
          (group) => ({
            range: rolling(group as { price: Float64Array }, { rows: SIZE }, ({ frame }) =>
              rangeOf(frame.price),
            ),
          }),
          { input: 'columns' },
        );
      return {
        run,
        columns: () =>
          checked(rolling(columnsOf(table), { rows: SIZE }, ({ frame }) => rangeOf(frame.price))),
      };
    },
  },
  python: { label: 'pandas rolling.apply(raw=True)', function: 'rolling' },
  goals: [
    { peer: 'pandas rolling.apply(raw=True)', times: 5 },
    { peer: 'a loop over subarrays', times: 0.67 },
  ],
};
