import type { GroupContext, GroupResult, Row } from 'apply-parallel';
import 'apply-parallel/danfo';
import { DataFrame } from 'danfojs-node';
import { expectTypeOf } from 'expect-type';

/* What `import 'apply-parallel/danfo'` adds to danfojs. */

const df = new DataFrame({ shop: ['a'], price: [1] });

// A name, or as before a list of names.
expectTypeOf(df.groupby('shop')).toEqualTypeOf(df.groupby(['shop']));
// @ts-expect-error no number
df.groupby(1);

// The function gets a DataFrame with all methods, and so does the caller.
const out = df.groupby('shop').applyParallel((g, context) => {
  expectTypeOf(g).toEqualTypeOf<DataFrame>();
  expectTypeOf(context).toEqualTypeOf<GroupContext>();
  return g.addColumn('double', g.column('price').mul(2));
});
expectTypeOf(out).resolves.toEqualTypeOf<DataFrame>();

// Other forms in and out.
const columns = df.groupby(['shop']).applyParallel((g: { price: Float64Array }) => ({ ...g }), {
  input: 'columns',
  output: 'columns',
  nJobs: 2,
});
expectTypeOf(columns).resolves.toEqualTypeOf<{ price: Float64Array }>();
const records = df.groupby('shop').applyParallel(() => null, { output: 'records' });
expectTypeOf(records).resolves.toEqualTypeOf<Row[]>();

// One result after the other.
const results = df.groupby('shop').applyParallel((g) => g, { returnAs: 'generator' });
expectTypeOf(results).toEqualTypeOf<AsyncGenerator<GroupResult<DataFrame>, void, undefined>>();
const rows = df
  .groupby('shop')
  .applyParallel((g) => g, { returnAs: 'generatorUnordered', output: 'records' });
expectTypeOf(rows).toEqualTypeOf<AsyncGenerator<GroupResult<Row[]>, void, undefined>>();

// @ts-expect-error no such option
df.groupby('shop').applyParallel((g) => g, { jobs: 2 });
// @ts-expect-error a number is no frame
df.groupby('shop').applyParallel(() => 5);
