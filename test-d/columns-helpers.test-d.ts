import type { Int32, Table, Utf8, Vector } from 'apache-arrow';
import { type Columns, type ColumnVector, rolling } from 'apply-parallel';
import {
  cumsum,
  diff,
  fillNull,
  filterRows,
  lookup,
  shift,
  slice,
  sortBy,
  take,
  windows,
} from 'apply-parallel/columns';
import { expectTypeOf } from 'expect-type';

declare const group: { day: Int32Array; price: Float64Array; shop: ColumnVector<string> };
declare const table: Table<{ day: Int32; shop: Utf8 }>;
declare const items: { shop: string; list: number; size?: number }[];

// Columns keep their types; integers that may be missing are floats.
expectTypeOf(shift(group.day)).toEqualTypeOf<Float64Array>();
expectTypeOf(shift(group.day, 1, { fill: 0 })).toEqualTypeOf<Int32Array>();
expectTypeOf(shift(new Float32Array(1))).toEqualTypeOf<Float32Array>();
expectTypeOf(shift(group.shop)).toEqualTypeOf<ColumnVector<string>>();
expectTypeOf(shift(table.getChild('day') as Vector<Int32>)).toEqualTypeOf<Vector<Int32>>();
expectTypeOf(shift(['a'])).toEqualTypeOf<ColumnVector<string>>();
expectTypeOf(diff(group.day)).toEqualTypeOf<Float64Array>();
expectTypeOf(cumsum(BigInt64Array.of(1n))).toExtend<BigInt64Array>();
expectTypeOf(fillNull(group.shop, 'x')).toEqualTypeOf<ColumnVector<string>>();

// Frames keep theirs, and names are checked.
expectTypeOf(sortBy(group, ['shop', 'day'])).toEqualTypeOf<typeof group>();
expectTypeOf(take(group, [1])).toEqualTypeOf<typeof group>();
expectTypeOf(slice(group, 1).price).toEqualTypeOf<Float64Array>();
expectTypeOf(filterRows(table, () => true)).toEqualTypeOf<typeof table>();
// @ts-expect-error There is no such column.
sortBy(group, 'prize');

// A lookup adds columns.
expectTypeOf(lookup(group, items, { on: 'shop' }).list).toEqualTypeOf<Float64Array>();
expectTypeOf(lookup(group, items, { on: 'shop', prefix: 'item_' }).item_size).toEqualTypeOf<Float64Array>();
// @ts-expect-error It is not among the columns.
lookup(group, items, { on: 'shop', columns: ['size'] }).list;

// The names of a lookup are those of both frames, or known only at run time.
declare const given: string[];
lookup(group, table, { on: ['shop', 'day'] });
lookup(table, items, { on: { shop: 'shop' } });
lookup(group as Columns, items, { on: { store: 'shop' } });
lookup(group, items, { on: given });
lookup(group, items, { on: { shop: given[0] } });
lookup(group, items, { on: 'shop', columns: given });
export const inGeneric = <R extends { shop: string; list: number }>(rows: R[]) =>
  lookup(group, rows, { on: 'shop', columns: ['list'] });
// @ts-expect-error Neither has it.
lookup(group, items, { on: 'shp' });
// @ts-expect-error The items do not have it.
lookup(group, items, { on: 'day' });
// @ts-expect-error The items do not have it.
lookup(group, items, { on: { shop: 'shp' } });
// @ts-expect-error The group does not have it.
lookup(group, items, { on: { shp: 'shop' } });
// @ts-expect-error The table does not have it.
lookup(table, items, { on: ['shop', 'price'] });
// @ts-expect-error The items do not have it.
lookup(group as Columns, items, { on: 'shp' });
// @ts-expect-error The items do not have it.
lookup(group, items, { on: 'shop', columns: ['lst'] });

// Windows have frames of the group's type.
expectTypeOf(rolling(group, { rows: 2 }, ({ frame }) => frame.price[0])).toEqualTypeOf<Float64Array>();
expectTypeOf(rolling(group, { rows: 2 }, ({ frame }) => frame.shop.get(0))).toEqualTypeOf<
  (string | null)[]
>();
expectTypeOf(rolling(group, { rows: 2, type: 'values' }, () => 1)).toEqualTypeOf<(number | null)[]>();
// @ts-expect-error There is no such option.
rolling(group, { rows: 2, centre: true }, () => 1);
// @ts-expect-error There is no such option, beside others.
rolling(group, { on: 'day', every: 7, type: 'values', minimum: 1 }, () => 1);
expectTypeOf(
  rolling(group, { on: 'day', every: 7 }, (w) => (w.row > 1 ? 1 : null)),
).toEqualTypeOf<Float64Array>();
for (const { frame } of windows(table, { rows: 2 })) expectTypeOf(frame).toEqualTypeOf<typeof table>();
// @ts-expect-error There is no such column.
windows(group, { on: 'dey', every: 7 });
// @ts-expect-error Rows or time, not both.
windows(group, { rows: 3, on: 'day', every: 7 });
// @ts-expect-error Months differ in length.
windows(group, { on: 'day', every: '1mo' });
