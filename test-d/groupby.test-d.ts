import { type Table, tableFromArrays, vectorFromArray } from 'apache-arrow';
import { type GroupBy, type GroupKey, groupby, type KeyPart } from 'apply-parallel';
import { DataFrame } from 'danfojs-node';
import { expectTypeOf } from 'expect-type';

const table = tableFromArrays({ k: [1], x: Float64Array.of(1) });
const groups = groupby(table, 'k');
type Frame = typeof table;

expectTypeOf(groups).toEqualTypeOf<GroupBy<Frame, number, { k: number }>>();
expectTypeOf(groups.size).toEqualTypeOf<number>();
expectTypeOf(groups.keys).toEqualTypeOf<number[]>();
expectTypeOf(groups.sizes()).toEqualTypeOf<number[]>();
expectTypeOf(groups.getGroup('a')).toEqualTypeOf<Frame>();
expectTypeOf(groups.getGroup(['a', 1, null])).toEqualTypeOf<Frame>();
for (const [key, frame] of groups) {
  expectTypeOf(key).toEqualTypeOf<number>();
  expectTypeOf(frame).toEqualTypeOf<Frame>();
}
expectTypeOf<GroupKey>().toEqualTypeOf<KeyPart | readonly KeyPart[]>();
// What is inside stays inside.
expectTypeOf<keyof typeof groups>().toEqualTypeOf<
  'size' | 'keys' | 'sizes' | 'getGroup' | typeof Symbol.iterator
>();

// Keys: a name, names, a key for each row.
groupby(table, ['k', 'x']);
groupby(table, Int32Array.of(1));
groupby(table, vectorFromArray(['a']));
groupby(table, [new Date()]);
expectTypeOf(groupby([{ a: 1 }], 'a')).toEqualTypeOf<GroupBy<{ a: number }[], number, { a: number }>>();
expectTypeOf(groupby({ a: [1] }, 'a')).toEqualTypeOf<GroupBy<{ a: number[] }, number, { a: number }>>();
expectTypeOf(groupby(new DataFrame({ a: [1] }), 'a')).toEqualTypeOf<
  GroupBy<DataFrame, GroupKey, { a: KeyPart }>
>();
declare const any: Table;
expectTypeOf(groupby(any, 'a')).toEqualTypeOf<GroupBy<Table, GroupKey, { a: KeyPart }>>();

// @ts-expect-error: by is missing
groupby(table);
// @ts-expect-error: a number names no column
groupby(table, 5);
// @ts-expect-error: a number is no frame
groupby(5, 'a');

// Groups of an object of columns have the columns that functions get, not those that were given.
const columns = { shop: ['a', null], at: [new Date(0)], price: Float64Array.of(1) };
for (const [, group] of groupby(columns, 'shop')) {
  expectTypeOf(group.shop.get(0)).toEqualTypeOf<string | null>();
  expectTypeOf(group.price[0]).toEqualTypeOf<number>();
  // @ts-expect-error a column of texts is no array
  group.shop.map((name) => name);
}
const { shop } = groupby(columns, 'shop').getGroup('a');
// @ts-expect-error the same of one group
shop.map;
for (const [, rows] of groupby([{ shop: 'a', price: 1 }], 'shop')) {
  expectTypeOf(rows).toEqualTypeOf<{ shop: string; price: number }[]>();
}
export function totals<R extends { shop: string; price: number }>(given: R[]): number[] {
  return Array.from(groupby(given, 'shop'), ([, rows]) => rows.reduce((sum, { price }) => sum + price, 0));
}
