import { type Table, tableFromArrays } from 'apache-arrow';
import {
  applyParallel,
  bins,
  type ColumnVector,
  every,
  filterParallel,
  type GroupKey,
  groupby,
  type KeyMaker,
  type KeyPart,
  keyFrom,
  quantiles,
  transformParallel,
} from 'apply-parallel';
import { expectTypeOf } from 'expect-type';

const rows = [{ at: new Date(), price: 1, shop: 'a' }];
const columns = { at: [new Date()], price: [1], shop: ['a'] };
const table = tableFromArrays({ at: [new Date()], price: Float64Array.of(1) });

// Names and labels are literal.
expectTypeOf(every('at', '1d').name).toEqualTypeOf<'at'>();
expectTypeOf(every('at', '1d', { name: 'day' }).name).toEqualTypeOf<'day'>();
expectTypeOf(bins('price', [0, 1])).toEqualTypeOf<KeyMaker<'price', string, 'price', number | bigint>>();
expectTypeOf(bins('price', 2, { labels: ['low', 'high'] })).toEqualTypeOf<
  KeyMaker<'price', 'low' | 'high', 'price', number | bigint>
>();
expectTypeOf(quantiles('price', 2, { labels: false })).toEqualTypeOf<
  KeyMaker<'price', number, 'price', number | bigint>
>();
expectTypeOf(keyFrom('kind', (row: { price: number }) => row.price > 5)).toEqualTypeOf<
  KeyMaker<'kind', boolean, never>
>();

// Keys have the type of the column, null only with dropna: false.
expectTypeOf(groupby(rows, every('at', '1d')).keys).toEqualTypeOf<Date[]>();
expectTypeOf(groupby(columns, every('at', '1d')).keys).toEqualTypeOf<Date[]>();
expectTypeOf(groupby(table, every('at', '1d')).keys).toEqualTypeOf<number[]>();
expectTypeOf(groupby(rows, every('at', '1d'), { dropna: false }).keys).toEqualTypeOf<(Date | null)[]>();
expectTypeOf(groupby(rows, bins('price', [0, 1])).keys).toEqualTypeOf<string[]>();
expectTypeOf(groupby(rows, ['shop', every('at', '1d')]).keys).toEqualTypeOf<(readonly [string, Date])[]>();
expectTypeOf(groupby(rows, ['shop']).keys).toEqualTypeOf<(readonly [string])[]>();
declare const any: object[];
expectTypeOf(groupby(any, ['shop']).keys).toEqualTypeOf<GroupKey[]>();
expectTypeOf(groupby(any, ['shop', every('at', '1d')]).keys).toEqualTypeOf<
  (readonly [KeyPart, Date | number])[]
>();

// context.key, of every verb.
const day = groupby(rows, every('at', '1d', { name: 'day' }));
const out = applyParallel(
  day,
  (g, { key }) => {
    expectTypeOf(key).toEqualTypeOf<Date>();
    return { n: g.length };
  },
  { groupKeys: true },
);
void filterParallel(day, (_, { key }) => key.getTime() > 0);
void filterParallel(day, (_, { key }) => key.getTime() > 0, { to: 'out.arrow' });
void applyParallel(day, (g, { key }) => ({ n: g.length, time: key.getTime() }), {
  to: 'out.arrow',
  groupKeys: true,
});
void transformParallel(day, (g, { key }) => g.map(() => ({ key: key.getTime() })));

// The result shows the keys that makers name, with groupKeys alone.
expectTypeOf((await out)[0].day).toEqualTypeOf<Date>();
// @ts-expect-error: without groupKeys there is no column day
(await applyParallel(day, (g) => g))[0].day;
const price = await applyParallel(
  groupby(columns, ['shop', bins('price', 2, { labels: ['low', 'high'] })]),
  (g) => ({ n: [g.price.length] }),
  { groupKeys: true },
);
expectTypeOf(price.price.get(0)).toEqualTypeOf<'low' | 'high' | null>();
expectTypeOf(price.price).toExtend<ColumnVector<'low' | 'high'>>();
for await (const { key, frame } of applyParallel(day, (g) => g, { groupKeys: true, returnAs: 'generator' })) {
  expectTypeOf(key).toEqualTypeOf<Date>();
  expectTypeOf(frame[0].day).toEqualTypeOf<Date>();
}
expectTypeOf(
  await applyParallel(groupby(table, every('at', '1d')), (g) => g, { groupKeys: true }),
).toEqualTypeOf<Table>();

// @ts-expect-error: no such unit
every('at', '1x');
// @ts-expect-error: no such option
every('at', '1d', { zone: 'UTC' });
// @ts-expect-error: no such weekday
every('at', '1w', { weekStart: 'sonntag' });
// @ts-expect-error: edges are numbers
bins('price', ['a']);
// @ts-expect-error: a frame is no key
keyFrom('kind', () => ({ a: 1 }));

// The column that a key maker reads must be one of the frame, where the frame's type tells its columns.
declare const anyTable: Table;
groupby(anyTable, every('any', '1d'));
groupby(rows, every('at' as string, '1d'));
groupby(rows, ['shop', every('at', '1d'), keyFrom('any', () => 1)]);
// @ts-expect-error
groupby(rows, every('att', '1d'));
// @ts-expect-error
groupby(table, every('att', '1d'));
// @ts-expect-error
groupby(columns, bins('prize', 4));
// @ts-expect-error
groupby(rows, quantiles('prize', 4, { labels: false }));
// @ts-expect-error
groupby(rows, ['shop', every('att', '1d')]);

// Bins are of numbers, where the frame's type tells the type of the column.
groupby(anyTable, bins('any', 4));
groupby([{ code: null }], bins('code', 4));
groupby([{ id: 1n, size: 1 as number | null }], [bins('id', 4), quantiles('size', 4)]);
groupby(rows, bins('price' as string, 4));
// @ts-expect-error
groupby(rows, bins('shop', 4));
// @ts-expect-error
groupby(rows, bins('shop', 4, { labels: false }));
// @ts-expect-error
groupby(columns, quantiles('shop', 4));
// @ts-expect-error
groupby(tableFromArrays({ shop: ['a'] }), ['shop', bins('shop', 4)]);
// @ts-expect-error
groupby(rows, [bins('price', 4), quantiles('shop', 4, { name: 'shops' })]);
