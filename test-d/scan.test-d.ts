import type { Table } from 'apache-arrow';
import { type Dataset, scan } from 'apply-parallel';
import { expectTypeOf } from 'expect-type';

const dataset = await scan('sales/', {
  columns: ['price'],
  where: {
    month: { gte: 202401, lt: 202407 },
    category: ['tea', 'cake'],
    store: 'A',
    day: new Date(),
    gone: null,
  },
  csv: { delimiter: ';', decimal: ',', types: { price: 'float64' }, onBadLine: 'skip' },
});
expectTypeOf(dataset).toEqualTypeOf<Dataset>();
expectTypeOf(dataset.numRows).toEqualTypeOf<number | undefined>();
expectTypeOf(await dataset.read({ progress: ({ parts }) => parts })).toEqualTypeOf<Table>();
expectTypeOf(await dataset.head(3)).toEqualTypeOf<Table>();
expectTypeOf(dataset.select(['price'])).toEqualTypeOf<Dataset>();
for await (const table of dataset) expectTypeOf(table).toEqualTypeOf<Table>();

await scan(new URL('file:///sales.csv'));
await scan(['a.csv', new URL('file:///b.csv')]);

// @ts-expect-error there is no such comparison
await scan('a.csv', { where: { price: { above: 7 } } });
// @ts-expect-error there is no such type
await scan('a.csv', { csv: { types: { price: 'number' } } });
// @ts-expect-error there is no such format
await scan('a.csv', { format: 'xlsx' });
