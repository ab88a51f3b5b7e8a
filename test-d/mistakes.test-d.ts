import { type Float64, type Int32, type Table, tableFromArrays, type Utf8 } from 'apache-arrow';
import {
  applyParallel,
  type ColumnVector,
  type GroupKey,
  groupby,
  mapBatches,
  type Row,
  transformParallel,
} from 'apply-parallel';
import { DataFrame, Series } from 'danfojs-node';
import { expectTypeOf } from 'expect-type';

/* Mistakes that a compiler can find, and what it knows instead. */

interface Sale {
  category: string;
  price: number;
  note?: string;
}
declare const sales: Sale[];
declare const table: Table<{ shop: Utf8; price: Float64; id: Int32 }>;
declare const columns: { shop: string[]; n: Float64Array };
declare const df: DataFrame & { shop: Series; price: Series };
declare const either: ({ a: number } | { a: number; b: string })[];
declare const name: string;

// Misspelled names.
// @ts-expect-error
groupby(sales, 'categry');
// @ts-expect-error
groupby(sales, ['categry']);
// @ts-expect-error
groupby(sales, ['category', 'prize']);
// @ts-expect-error
groupby(table, 'Shop');
// @ts-expect-error
groupby(columns, 'm');
// @ts-expect-error
groupby(df, 'sho');

// Names and keys that only the program knows, and frames that tell no columns.
groupby(sales, name);
groupby(sales, [name, name]);
groupby(table, ['p', 'q', 'p']);
groupby(table, Array.from({ length: 3 }, String));
groupby(table, Int8Array.of(1, 0));
groupby([] as Row[], 'any');
groupby(new DataFrame([]), 'any');
groupby(table as Table, 'any');
groupby(JSON.parse('[]'), 'any');
expectTypeOf(groupby(either, ['a', 'b']).keys).toEqualTypeOf<(readonly [number, string])[]>();
expectTypeOf(groupby(sales, name).keys).toEqualTypeOf<GroupKey[]>();

// Keys.
expectTypeOf(groupby(table, ['shop', 'id']).keys).toEqualTypeOf<(readonly [string, number])[]>();
expectTypeOf(groupby(sales, 'note').keys).toEqualTypeOf<string[]>();
expectTypeOf(groupby(sales, 'note', { dropna: false }).keys).toEqualTypeOf<(string | null)[]>();
expectTypeOf(groupby(columns, 'n').keys).toEqualTypeOf<number[]>();
expectTypeOf(groupby(table, BigInt64Array.of(1n)).keys).toEqualTypeOf<bigint[]>();
applyParallel(groupby(sales, 'category'), (_, { key }) => {
  expectTypeOf(key).toEqualTypeOf<string>();
  return null;
});

// Columns of the group.
applyParallel(
  groupby(table, 'shop'),
  (g) => {
    expectTypeOf(g).toEqualTypeOf<{ shop: ColumnVector<string>; price: Float64Array; id: Int32Array }>();
    // @ts-expect-error
    g.prize;
    return g;
  },
  { input: 'columns' },
);
// @ts-expect-error: no such column
applyParallel(groupby(table, 'shop'), (g: { prize: Float64Array }) => g, { input: 'columns' });
// A column of integers with nulls is one of floats.
applyParallel(groupby(table, 'shop'), (g: { id: Float64Array }) => g, { input: 'columns' });

// Results keep the types of rows and columns.
const shares = await applyParallel(groupby(sales, 'category'), (rows) =>
  rows.map((row) => ({ ...row, share: row.price / rows.length })),
);
expectTypeOf(shares[0].share).toEqualTypeOf<number>();
expectTypeOf(shares[0].note).toEqualTypeOf<string | null>();
expectTypeOf(await applyParallel(groupby(sales, 'category'), (rows) => ({ n: rows.length }))).toEqualTypeOf<
  { n: number }[]
>();
expectTypeOf(
  await applyParallel(groupby(sales, 'category'), (rows) => ({ price: rows.map(({ price }) => price) })),
).toEqualTypeOf<{ price: number }[]>();
expectTypeOf(
  await applyParallel(groupby(sales, 'category'), (rows) => rows, { output: 'columns' }),
).toEqualTypeOf<{ category: ColumnVector<string>; price: Float64Array; note: ColumnVector<string> }>();
const counts = await applyParallel(groupby(columns, 'shop'), (g) => ({ n: g.n.length }), { groupKeys: true });
expectTypeOf(counts.shop).toEqualTypeOf<ColumnVector<string>>();
expectTypeOf(counts.n).toEqualTypeOf<Float64Array>();

// No frames.
const grouped = groupby(sales, 'category');
// @ts-expect-error: a forgotten return
applyParallel(grouped, (rows) => {
  rows.map(({ price }) => ({ price }));
});
// @ts-expect-error
applyParallel(grouped, async () => {});
// @ts-expect-error
transformParallel(grouped, () => {});
// @ts-expect-error
applyParallel(grouped, (rows) => rows.map(({ price }) => price));
// @ts-expect-error
applyParallel(grouped, () => Float64Array.of(1));
// @ts-expect-error
applyParallel(grouped, () => new Map([['price', 1]]));
// @ts-expect-error
applyParallel(grouped, () => new Set([1]));
// @ts-expect-error
applyParallel(grouped, () => new Series([1]));
// @ts-expect-error
applyParallel(groupby(df, 'shop'), (g) => g.price.add(1));
// @ts-expect-error
applyParallel(grouped, () => new Date());
// @ts-expect-error
applyParallel(grouped, () => (rows: Sale[]) => rows);
// @ts-expect-error
mapBatches(table, () => [1]);

// Functions that declare what no column is.
const byShop = groupby(table as Table, 'shop');
applyParallel(byShop, (g: { shop: ColumnVector<string>; n: Float64Array }) => g, { input: 'columns' });
// @ts-expect-error
applyParallel(byShop, (g: { shop: string[] }) => ({ n: g.shop.length }), { input: 'columns' });
// @ts-expect-error
applyParallel(byShop, (g: Table) => g, { input: 'columns' });
// @ts-expect-error
applyParallel(byShop, (g: string) => ({ n: g.length }), { input: 'columns' });

// Frames without groups are told to write groupby(frame, key).
// @ts-expect-error
applyParallel(sales, () => null);
// @ts-expect-error
applyParallel(table, () => null);
// @ts-expect-error
applyParallel(columns, () => null);
// @ts-expect-error
applyParallel(new DataFrame([]), () => null);
// @ts-expect-error
transformParallel(tableFromArrays({ x: [1] }), () => null);
// Lists of frames are groups.
applyParallel([sales, sales], (rows) => rows);
applyParallel([table], (g) => g);
applyParallel([columns], (g) => ({ n: g.n }));
applyParallel([['a', table]] as const, (g) => g);
