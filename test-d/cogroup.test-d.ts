import type { Table } from 'apache-arrow';
import {
  applyParallel,
  type CoGroup,
  type ColumnVector,
  cogroup,
  type Dataset,
  type DatasetCoGroup,
  type GroupContext,
  type GroupKey,
  groupby,
} from 'apply-parallel';
import type { DataFrame } from 'danfojs-node';
import { expectTypeOf } from 'expect-type';

interface Trade {
  id: number;
  at: number;
}
declare const trades: Trade[];
declare const quotes: { id: Int32Array; price: Float64Array; bank: string[] };
declare const table: Table;
declare const df: DataFrame;
declare const dataset: Dataset;

const both = cogroup(groupby(trades, 'id'), groupby(quotes, 'id'));
expectTypeOf(both).toEqualTypeOf<
  CoGroup<[Trade[], { id: Int32Array; price: Float64Array; bank: string[] }], number>
>();
expectTypeOf(both.keys).toEqualTypeOf<number[]>();
expectTypeOf(both.sizes()).toEqualTypeOf<number[][]>();
for (const [key, [left]] of both) {
  expectTypeOf(key).toEqualTypeOf<number>();
  expectTypeOf(left).toEqualTypeOf<Trade[]>();
}

// With a data set among them, the members are asynchronous.
const mixed = cogroup(groupby(trades, 'id'), groupby(dataset, 'id'));
expectTypeOf(mixed).toEqualTypeOf<DatasetCoGroup<[Trade[], Table], GroupKey>>();
expectTypeOf(mixed.size()).toEqualTypeOf<Promise<number>>();
expectTypeOf(mixed.sizes()).toEqualTypeOf<Promise<number[][]>>();
for await (const [, [left, right]] of mixed) {
  expectTypeOf(left).toEqualTypeOf<Trade[]>();
  expectTypeOf(right).toEqualTypeOf<Table>();
}
const fromMixed = applyParallel(
  mixed,
  (t, q) => {
    expectTypeOf(t).toEqualTypeOf<Trade[]>();
    expectTypeOf(q).toEqualTypeOf<Table>();
    return [{ trades: t.length, quotes: q.numRows }];
  },
  { memoryLimit: '1GB' },
);
expectTypeOf(fromMixed).toExtend<Promise<object[]>>();

// Each frame as its own kind, the context last.
const rows = applyParallel(both, (t, q, context) => {
  expectTypeOf(t).toEqualTypeOf<Trade[]>();
  expectTypeOf(q.price).toEqualTypeOf<Float64Array>();
  expectTypeOf(q.bank).toExtend<ColumnVector<string>>();
  expectTypeOf(context).toEqualTypeOf<GroupContext<number>>();
  return t;
});
// The kind of the first frame comes back.
expectTypeOf(rows).toEqualTypeOf<Promise<Trade[]>>();
expectTypeOf(applyParallel(both, (t) => (t.length > 0 ? t : null))).toEqualTypeOf<Promise<Trade[]>>();

// Keys are of any groupby's type; a frame whose columns are not known has any key.
const wide = cogroup(groupby(trades, 'id'), groupby([{ id: 1n }], 'id'));
expectTypeOf(wide.keys).toEqualTypeOf<(number | bigint)[]>();
expectTypeOf(cogroup(groupby(table, 'id'), groupby(trades, 'id')).keys).toEqualTypeOf<GroupKey[]>();

// More frames, options, input and output.
const three = cogroup(groupby(table, 'id'), groupby(df, 'id'), groupby(trades, 'id'), { how: 'inner' });
applyParallel(three, (a, d, t) => {
  expectTypeOf(a.numRows).toEqualTypeOf<number>();
  expectTypeOf(d).toEqualTypeOf<DataFrame>();
  expectTypeOf(t).toEqualTypeOf<Trade[]>();
  return a;
});
const arrow = applyParallel(
  three,
  (a, d) => {
    expectTypeOf(a).toEqualTypeOf(d);
    return a;
  },
  { input: 'columns', output: 'arrow', returnAs: 'generator' },
);
expectTypeOf(arrow).toExtend<AsyncGenerator<{ frame: Table; index: number }, void, undefined>>();

// Parameters may be narrower, since only the user knows the columns.
applyParallel(three, (a: { price: Float64Array }, _d: { id: Int32Array }) => ({ p: a.price }), {
  input: 'columns',
});
// @ts-expect-error: the first frame is an array of rows
applyParallel(both, (t: Table) => t);
// @ts-expect-error: there is no third frame
applyParallel(both, (t: Trade[], _q: object, _third: Trade[], _context: GroupContext) => t);
// @ts-expect-error
applyParallel(both, () => 'text');

// @ts-expect-error: two or more
cogroup(groupby(trades, 'id'));
// @ts-expect-error
cogroup(groupby(trades, 'id'), groupby(quotes, 'id'), { how: 'full' });
// @ts-expect-error
cogroup(trades, quotes);

// With `to` the data set that was written.
expectTypeOf(applyParallel(both, (t, _q) => t, { to: 'out.parquet' })).toEqualTypeOf<Promise<Dataset>>();
