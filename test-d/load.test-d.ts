import { type AnyTable, load } from 'apply-parallel';
import { expectTypeOf } from 'expect-type';

/* What comes out of a file, as far as its name tells. */

expectTypeOf(load('sales.parquet')).resolves.toEqualTypeOf<AnyTable>();
expectTypeOf(load('data/sales.arrow', { shared: true })).resolves.toEqualTypeOf<AnyTable>();
expectTypeOf(load('sales.csv.gz')).resolves.toEqualTypeOf<AnyTable>();
declare const day: string;
expectTypeOf(load(`sales-${day}.csv` as const)).resolves.toEqualTypeOf<AnyTable>();
expectTypeOf(load('model.dump')).resolves.toEqualTypeOf<unknown>();
expectTypeOf(load<{ x: number }>('model.dump')).resolves.toEqualTypeOf<{ x: number }>();
expectTypeOf(load(day)).resolves.toEqualTypeOf<unknown>();
expectTypeOf(load(new URL('file:///a.parquet'))).resolves.toEqualTypeOf<unknown>();
// @ts-expect-error: no such option
load('sales.parquet', { share: true });
