import type { Table } from 'apache-arrow';
import { dump, expiresAfter, hash, load, Memory } from 'apply-parallel';
import { expectTypeOf } from 'expect-type';

const memory = new Memory({ location: null, compress: { method: 'brotli', level: 3 } });

const sync = memory.cache((x: number, label = 'a') => `${x}${label}`);
expectTypeOf(sync).toBeCallableWith(1);
expectTypeOf(sync(1, 'b')).toEqualTypeOf<Promise<string>>();
expectTypeOf(sync.call(1)).toEqualTypeOf<Promise<string>>();
expectTypeOf(sync.checkCallInCache(1)).toEqualTypeOf<Promise<boolean>>();
// @ts-expect-error the argument is a number
sync('1');

const asynchronous = memory.cache(async <T>(x: T) => [x]);
expectTypeOf(asynchronous(new Date())).toEqualTypeOf<Promise<Date[]>>();

const tables = memory.cache((table: Table) => table.numRows, {
  ignore: ['x', 0],
  cacheValidationCallback: expiresAfter({ days: 1 }),
});
expectTypeOf((await tables.callAndShelve({} as Table)).get()).toEqualTypeOf<Promise<number>>();
expectTypeOf(memory.eval((a: number, b: string) => a + b, 1, 'x')).toEqualTypeOf<Promise<string>>();
// @ts-expect-error an argument is missing
memory.eval((a: number, b: string) => a + b, 1);
// @ts-expect-error there is no such unit
expiresAfter({ day: 1 });
// @ts-expect-error the location is missing
new Memory({});

expectTypeOf(hash({})).toEqualTypeOf<string>();
expectTypeOf(dump(1, 'x', { compress: 'gzip' })).toEqualTypeOf<Promise<void>>();
expectTypeOf(load('x')).toEqualTypeOf<Promise<unknown>>();
expectTypeOf(load<Table>('x', { shared: true })).toEqualTypeOf<Promise<Table>>();
// @ts-expect-error there is no such method
dump(1, 'x', { compress: 'lz4' });
