import type { Table as FlechetteTableOf } from '@uwdata/flechette';
import {
  type AnyTable,
  applyParallel,
  type FlechetteTable,
  groupby,
  type PolarsFrame,
  reduceMemory,
} from 'apply-parallel';
import type { ColumnTable } from 'arquero';
import { expectTypeOf } from 'expect-type';

/* What goes in comes out, with the library's own type where there is one. */

// As nodejs-polars declares its DataFrame, which is not installed here.
interface DataFrame<S = unknown> {
  readonly schema: S;
  columns: string[];
  height: number;
  width: number;
  writeIPCStream(): Buffer;
  describe(): DataFrame;
  filter(predicate: unknown): DataFrame<S>;
}
declare const polars: DataFrame<{ k: string; x: number }>;
declare const arquero: ColumnTable;
declare const flechette: FlechetteTableOf;

applyParallel(groupby(polars, 'k'), (g) => {
  expectTypeOf(g).toEqualTypeOf<DataFrame<{ k: string; x: number }>>();
  return g.filter(1);
});
// Of the columns nothing is known any more.
expectTypeOf(applyParallel(groupby(polars, 'k'), (g) => g)).resolves.toEqualTypeOf<DataFrame>();
expectTypeOf(
  applyParallel(groupby(polars, 'k'), () => null, { output: 'arrow' }),
).resolves.toEqualTypeOf<AnyTable>();
expectTypeOf(reduceMemory(polars)).toEqualTypeOf<DataFrame>();

applyParallel(groupby(arquero, 'k'), (g) => g.derive({ y: (d: { x: number }) => d.x }));
expectTypeOf(applyParallel(groupby(arquero, 'k'), (g) => g)).resolves.toEqualTypeOf<ColumnTable>();
expectTypeOf(reduceMemory(arquero)).toEqualTypeOf<ColumnTable>();

expectTypeOf(applyParallel(groupby(flechette, 'k'), (g) => g)).resolves.toEqualTypeOf<FlechetteTableOf>();

applyParallel(
  groupby([{ k: 1 }], 'k'),
  (g) => {
    expectTypeOf(g).toEqualTypeOf<PolarsFrame>();
    return null;
  },
  { input: 'polars' },
);
expectTypeOf(
  applyParallel(groupby([{ k: 1 }], 'k'), () => null, { output: 'polars' }),
).resolves.toEqualTypeOf<PolarsFrame>();
expectTypeOf(
  applyParallel(groupby([{ k: 1 }], 'k'), () => null, { output: 'flechette' }),
).resolves.toEqualTypeOf<FlechetteTable>();

// @ts-expect-error: no such kind
applyParallel(groupby(arquero, 'k'), () => null, { input: 'pandas' });
