import type { Table } from 'apache-arrow';
import {
  applyParallel,
  type Dataset,
  type DatasetGroupBy,
  every,
  filterParallel,
  type GroupKey,
  groupby,
  scan,
} from 'apply-parallel';
import { expectTypeOf } from 'expect-type';

const dataset = await scan('sales/');
const byStore = groupby(dataset, 'store');
expectTypeOf(byStore).toExtend<DatasetGroupBy<Table>>();
expectTypeOf(await byStore.keys()).toEqualTypeOf<GroupKey[]>();
expectTypeOf(await byStore.size()).toEqualTypeOf<number>();
expectTypeOf(await byStore.getGroup('A')).toEqualTypeOf<Table>();
for await (const [key, group] of groupby(dataset, every('at', '1d'))) {
  expectTypeOf(key).toEqualTypeOf<number>();
  expectTypeOf(group).toEqualTypeOf<Table>();
}

// The function gets a table, and a table comes back.
const result = await applyParallel(byStore, (group) => {
  expectTypeOf(group).toEqualTypeOf<Table>();
  return group;
});
expectTypeOf(result).toEqualTypeOf<Table>();
const how = { memoryLimit: '4GB', spillTo: '/scratch' } as const;
expectTypeOf(
  await applyParallel(byStore, (g) => ({ rows: [Object.keys(g).length] }), {
    ...how,
    input: 'columns',
    to: 'out.parquet',
  }),
).toEqualTypeOf<Dataset>();
for await (const { key, frame } of applyParallel(groupby(dataset, every('at', '1d')), (g) => g, {
  ...how,
  returnAs: 'generator',
})) {
  expectTypeOf(key).toEqualTypeOf<number>();
  expectTypeOf(frame).toEqualTypeOf<Table>();
}
expectTypeOf(
  await filterParallel(byStore, (g) => g.numRows > 1, { memoryLimit: 0.25 }),
).toEqualTypeOf<Table>();

// @ts-expect-error a limit is a number or a text
await applyParallel(byStore, (g) => g, { memoryLimit: true });

// @ts-expect-error: a data set that is not there yet
groupby(scan('sales/'), 'store');
// @ts-expect-error: any promise
groupby(Promise.resolve([{ store: 'A' }]), 'store');
groupby(await scan('sales/'), 'store');
