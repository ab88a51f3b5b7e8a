import { type Table, tableFromArrays } from 'apache-arrow';
import {
  type AnyTable,
  type Columns,
  type ColumnVector,
  type Dataset,
  filterParallel,
  type GroupContext,
  type GroupResult,
  groupby,
  mapBatches,
  type Row,
  transformParallel,
} from 'apply-parallel';
import { DataFrame } from 'danfojs-node';
import { expectTypeOf } from 'expect-type';

/* The verbs that keep the order of the rows: what their functions get and return, what the calls return. */

interface Sale extends Row {
  category: string;
  price: number;
}
declare const sales: Sale[];
const table = tableFromArrays({ category: ['a', 'b'], price: Float64Array.of(1, 2) });
const df = new DataFrame({ category: ['a'], price: [1] });
const columns = groupby({ category: ['a', 'b'], price: Float64Array.of(1, 2) }, 'category');

// transformParallel: the columns that the function returns.
expectTypeOf(
  transformParallel(columns, (g, context) => {
    expectTypeOf(g.price).toEqualTypeOf<Float64Array<ArrayBuffer>>();
    expectTypeOf(context).toEqualTypeOf<GroupContext<string>>();
    return { ...g, rank: new Int32Array(g.price.length), word: ['x'] };
  }),
).resolves.toEqualTypeOf<{
  category: ColumnVector<string>;
  price: Float64Array<ArrayBuffer>;
  rank: Int32Array<ArrayBuffer>;
  word: ColumnVector<string>;
}>();
expectTypeOf(transformParallel(columns, async (g) => ({ x: g.price }))).resolves.toEqualTypeOf<{
  x: Float64Array<ArrayBuffer>;
}>();
expectTypeOf(
  transformParallel(columns, (g) => (g.price.length > 1 ? { x: g.price } : null)),
).resolves.toEqualTypeOf<{ x: Float64Array<ArrayBuffer> }>();
expectTypeOf(
  transformParallel(columns, () => {
    throw new Error('never');
  }),
).resolves.toEqualTypeOf<Columns>();
expectTypeOf(
  transformParallel(groupby(table, 'category'), (g: { price: Float64Array }) => ({ x: g.price }), {
    input: 'columns',
  }),
).resolves.toExtend<AnyTable>();
expectTypeOf(
  transformParallel(groupby(table, 'category'), (g: { price: Float64Array }) => ({ x: g.price }), {
    input: 'columns',
    output: 'columns',
  }),
).resolves.toEqualTypeOf<{ x: Float64Array }>();
// Rows, tables and DataFrames are those of the function.
expectTypeOf(
  transformParallel(groupby(sales, 'category'), (g) => g.map((sale) => ({ double: 2 * sale.price }))),
).resolves.toEqualTypeOf<{ double: number }[]>();
declare const typed: Table<{ x: import('apache-arrow').Float64 }>;
expectTypeOf(transformParallel(groupby(table, 'category'), () => typed)).resolves.toExtend<AnyTable>();
expectTypeOf(
  transformParallel(groupby(df, 'category'), (g) => g.addColumn('x', g.price) as DataFrame),
).resolves.toEqualTypeOf<DataFrame>();

// @ts-expect-error a function for other groups
transformParallel(groupby(sales, 'category'), (g: Map<string, number>) => [...g]);
// @ts-expect-error the order of the rows is known only in the end
transformParallel(columns, (g) => g, { returnAs: 'generator' });
// @ts-expect-error the rows are those of the frame
transformParallel(columns, (g) => g, { groupKeys: true });

// filterParallel: the frame that was grouped.
expectTypeOf(filterParallel(groupby(sales, 'category'), (g) => g.length > 1)).resolves.toEqualTypeOf<
  Sale[]
>();
expectTypeOf(filterParallel(columns, async (g) => g.price[0] > 1)).resolves.toEqualTypeOf<{
  category: ColumnVector<string>;
  price: Float64Array<ArrayBuffer>;
}>();
expectTypeOf(
  filterParallel(groupby(df, 'category'), (g) => {
    expectTypeOf(g).toEqualTypeOf<DataFrame>();
    return g.shape[0] > 1;
  }),
).resolves.toEqualTypeOf<DataFrame>();
expectTypeOf(
  filterParallel(groupby(table, 'category'), (g: { price: Float64Array }) => g.price.length > 1, {
    input: 'columns',
    onError: () => true,
  }),
).resolves.toEqualTypeOf<typeof table>();
expectTypeOf(
  filterParallel(groupby(sales, 'category'), () => true, { output: 'arrow' }),
).resolves.toEqualTypeOf<AnyTable>();
// @ts-expect-error a predicate returns a boolean
filterParallel(columns, (g) => g.price.length);
// @ts-expect-error onError of a filter returns a boolean
filterParallel(columns, () => true, { onError: () => null });
// @ts-expect-error the columns are those of the frame
filterParallel(columns, () => true, { schema: table.schema });

// mapBatches: a frame, or an iterable of frames.
declare const tables: AsyncIterable<Table>;
declare const pieces: Generator<{ price: Float64Array }>;
mapBatches(table, (g) => {
  expectTypeOf(g).toEqualTypeOf<typeof table>();
  return g;
});
mapBatches(tables, (g) => {
  expectTypeOf(g).toEqualTypeOf<Table>();
  return g;
});
mapBatches([table, table], (g) => {
  expectTypeOf(g.numRows).toEqualTypeOf<number>();
  return g;
});
mapBatches(df, (g) => {
  expectTypeOf(g).toEqualTypeOf<DataFrame>();
  return g;
});
mapBatches(sales, (g) => {
  expectTypeOf(g).toEqualTypeOf<Sale[]>();
  return g;
});
expectTypeOf(mapBatches(pieces, (g) => ({ x: g.price }))).resolves.toEqualTypeOf<{ x: Float64Array }>();
expectTypeOf(mapBatches(tables, (g) => g)).resolves.toEqualTypeOf<AnyTable>();
expectTypeOf(mapBatches(tables, (g) => g, { output: 'records' })).resolves.toEqualTypeOf<Row[]>();
expectTypeOf(mapBatches(df, (g) => g, { returnAs: 'generator', batchRows: 10 })).toEqualTypeOf<
  AsyncGenerator<GroupResult<DataFrame>, void, undefined>
>();
declare const dataset: Dataset;
expectTypeOf(
  mapBatches(dataset, (g: { price: Float64Array }) => ({ x: g.price }), { input: 'columns' }),
).resolves.toEqualTypeOf<AnyTable>();
// @ts-expect-error a function for other frames
mapBatches(sales, (g: Map<string, number>) => [...g]);
// @ts-expect-error batches have no keys
mapBatches(table, (g) => g, { groupKeys: true });
