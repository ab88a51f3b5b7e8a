import type { Table } from 'apache-arrow';
import {
  type AnyTable,
  applyParallel,
  type ClusterResultsOptions,
  cogroup,
  every,
  filterParallel,
  type GroupbyOptions,
  type GroupKey,
  groupby,
  type OrderedGroupsOf,
  type RemoteGroupBy,
  transformParallel,
} from 'apply-parallel';
import type { Cluster, ClusterTarget, RemoteFrame, ToOptions } from 'apply-parallel/spark';
import { expectTypeOf } from 'expect-type';

declare const cluster: Cluster;
declare const table: Table;
const remote = groupby(cluster.read('/data/sales'), 'category');
const here = groupby(table, 'category');

const to = cluster.to('/out', { format: 'parquet', partitionBy: ['category'], mode: 'append' });
expectTypeOf(to).toEqualTypeOf<ClusterTarget>();
expectTypeOf<ToOptions['mode']>().toEqualTypeOf<'error' | 'append' | 'overwrite' | 'ignore' | undefined>();
expectTypeOf<ClusterResultsOptions['to']>().toEqualTypeOf<ClusterTarget>();

// Results that stay on the cluster are a remote frame.
expectTypeOf(applyParallel(remote, (t) => t, { to })).toEqualTypeOf<Promise<RemoteFrame>>();
expectTypeOf(applyParallel(here, (t) => t, { to, backend: cluster })).toEqualTypeOf<Promise<RemoteFrame>>();
expectTypeOf(
  applyParallel(remote, (g: { price: Float64Array }) => ({ n: [g.price.length] }), {
    input: 'columns',
    groupKeys: true,
    onError: 'skip',
    to,
  }),
).toEqualTypeOf<Promise<RemoteFrame>>();
expectTypeOf(
  applyParallel(cogroup(here, here), (a, b) => ({ n: [a.numRows + b.numRows] }), { backend: cluster, to }),
).toEqualTypeOf<Promise<RemoteFrame>>();

// The results are not returned, so that nothing says how.
// @ts-expect-error
void applyParallel(remote, (t) => t, { to, returnAs: 'generator' });
// @ts-expect-error
void applyParallel(remote, (t) => t, { to, output: 'records' });
// @ts-expect-error
void transformParallel(here, (t) => t, { backend: cluster, to });
// @ts-expect-error
cluster.to('/out', { mode: 'replace' });

// Groups of a remote frame are Arrow tables, or what `input` says.
void applyParallel(remote, (group, { key }) => {
  expectTypeOf(group).toEqualTypeOf<AnyTable>();
  expectTypeOf(key).toEqualTypeOf<GroupKey>();
  return group;
});
expectTypeOf(applyParallel(remote, (t) => t)).toEqualTypeOf<Promise<AnyTable>>();
expectTypeOf(applyParallel(remote, (t) => t, { output: 'records' })).toExtend<Promise<readonly object[]>>();
expectTypeOf(groupby(cluster.table('sales'), ['category', 'store'])).toExtend<RemoteGroupBy<AnyTable>>();
void applyParallel(remote, (t) => t, { orderBy: ['date', { column: 'price', descending: true }], nJobs: 8 });
async function stream() {
  for await (const { key, index, frame } of applyParallel(remote, (t) => t, {
    returnAs: 'generatorUnordered',
  })) {
    expectTypeOf(key).toEqualTypeOf<GroupKey>();
    expectTypeOf(index).toEqualTypeOf<number>();
    expectTypeOf(frame).toEqualTypeOf<AnyTable>();
  }
}
void stream;

// The groups of a remote frame have no members here.
// @ts-expect-error
void remote.keys;
// @ts-expect-error
void applyParallel(remote, (t) => t, { orderBy: { by: 'date' } });
// @ts-expect-error
cluster.read(7);

// Rows of a remote frame have no order, so that no result can come in it: the type of the argument says so.
// @ts-expect-error
void transformParallel(remote, (t) => t);
// @ts-expect-error
void transformParallel(remote, (t) => t, { input: 'arrow', output: 'records' });
// @ts-expect-error
void transformParallel(remote, (t) => t, { to: '/tmp/out.parquet' });
// @ts-expect-error
void transformParallel(remote, (g: { price: Float64Array }) => g, { input: 'columns' });
// @ts-expect-error
void filterParallel(remote, (t) => t.numRows > 1);
// @ts-expect-error
void filterParallel(remote, (t) => t.numRows > 1, { to: '/tmp/out.parquet' });
expectTypeOf<
  OrderedGroupsOf<typeof remote, AnyTable, GroupKey>
>().toEqualTypeOf<'the rows of a remote frame have no order in which the result could come: use applyParallel'>();
void transformParallel(here, (t) => t, { backend: cluster });
void filterParallel(here, (t) => t.numRows > 1, { backend: cluster });
const untyped = JSON.parse('null');
void transformParallel(untyped, (t: AnyTable) => t);
void filterParallel(untyped, () => true);

// A remote frame is grouped by names of columns, also those that its class has as members.
expectTypeOf(groupby(cluster.table('sales'), 'cluster')).toExtend<RemoteGroupBy<AnyTable>>();
// @ts-expect-error
groupby(cluster.table('sales'), every('time', '1d'));
// @ts-expect-error
groupby(cluster.table('sales'), ['category', every('time', '1d')]);
// @ts-expect-error
groupby(cluster.table('sales'), Int32Array.of(1, 2));
groupby(untyped, every('time', '1d'));

// Nor are there keys in the order of rows, or categories; the type of the option says so.
const sales = cluster.table('sales');
// @ts-expect-error
groupby(sales, 'category', { sort: false });
// @ts-expect-error
groupby(sales, ['category', 'store'], { observed: false });
// @ts-expect-error
groupby(sales, 'category', { dropna: false, sort: false });
expectTypeOf(groupby(sales, 'category', { sort: true, observed: true, dropna: false })).toExtend<
  RemoteGroupBy<AnyTable>
>();
declare const known: GroupbyOptions;
groupby(sales, 'category', known);
groupby(sales, 'category', { sort: known.sort ?? true });
groupby(table, 'category', { sort: false, observed: false });
groupby(untyped, 'category', { sort: false, observed: false });
