import { tableFromArrays } from 'apache-arrow';
import { applyParallel, groupby } from 'apply-parallel';

const table = tableFromArrays({ category: ['b', 'a', 'b', 'a'], x: Float64Array.of(1, 2, 5, 4) });
const meanOf = (x: Float64Array) => x.reduce((sum, value) => sum + value, 0) / x.length;

const result = await applyParallel(
  groupby(table, 'category'),
  (group) => {
    const mean = meanOf(group.x);
    return { ...group, centred: group.x.map((value) => value - mean) };
  },
  { input: 'columns' },
);
console.table(result.toArray().map((row) => row.toJSON()));
