import { tableFromArrays } from 'apache-arrow';
import {
  type AnyTable,
  type ApplyOptions,
  applyParallel,
  type GroupError,
  type GroupResult,
  groupby,
  type Progress,
  type Report,
  type Row,
} from 'apply-parallel';
import type { Cluster } from 'apply-parallel/spark';
import { expectTypeOf } from 'expect-type';

/* Options complete themselves in an editor, and take nothing else. */

const table = tableFromArrays({ k: [1], x: [1] });
const groups = groupby(table, 'k');
const fn = () => null;

expectTypeOf<ApplyOptions['nJobs']>().toEqualTypeOf<number | undefined>();
expectTypeOf<ApplyOptions['batchSize']>().toEqualTypeOf<number | 'auto' | undefined>();
expectTypeOf<NonNullable<ApplyOptions['backend']>>().toEqualTypeOf<
  'threads' | 'processes' | 'async' | 'inline' | Cluster
>();

applyParallel(groups, fn, {});
applyParallel(groups, fn, {
  nJobs: -1,
  backend: 'threads',
  batchSize: 'auto',
  signal: AbortSignal.timeout(1000),
  schema: table.schema,
  input: 'columns',
  output: 'records',
  onError: (error) => {
    expectTypeOf(error).toEqualTypeOf<GroupError>();
    return { failed: [String(error.key)] };
  },
  progress: (progress) => expectTypeOf(progress).toEqualTypeOf<Progress>(),
  report: (report) => {
    expectTypeOf(report).toEqualTypeOf<Report>();
    expectTypeOf(report.toSVG()).toEqualTypeOf<string>();
  },
  timeout: 1000,
  seed: 'any text',
  returnAs: 'frame',
});

// The generators are no promises.
for (const returnAs of ['generator', 'generatorUnordered'] as const) {
  expectTypeOf(applyParallel(groups, fn, { returnAs })).toEqualTypeOf<
    AsyncGenerator<GroupResult<AnyTable, number>, void, undefined>
  >();
}
expectTypeOf(applyParallel(groups, fn, { returnAs: 'frame' })).toEqualTypeOf<Promise<AnyTable>>();
const asRows = applyParallel(groups, fn, { returnAs: 'generator', output: 'records' });
expectTypeOf(asRows).toEqualTypeOf<AsyncGenerator<GroupResult<Row[], number>, void, undefined>>();

applyParallel(groups, (_, { random }) => ({ r: random() }));
// @ts-expect-error: a list is no way to return
applyParallel(groups, fn, { returnAs: 'list' });
// @ts-expect-error: milliseconds are a number
applyParallel(groups, fn, { timeout: '1s' });

// @ts-expect-error: joblib's spelling
applyParallel(groups, fn, { n_jobs: 2 });
// @ts-expect-error: no such backend
applyParallel(groups, fn, { backend: 'loky' });
// @ts-expect-error: no such form
applyParallel(groups, fn, { input: 'pandas' });
// @ts-expect-error: no such way
applyParallel(groups, fn, { onError: 'ignore' });
// @ts-expect-error: onError returns a frame or nothing
applyParallel(groups, fn, { onError: () => 5 });
// @ts-expect-error: a number is wanted
applyParallel(groups, fn, { nJobs: 'all' });

groupby(table, 'k', { sort: false, dropna: false, observed: false });
// @ts-expect-error: no such option
groupby(table, 'k', { ascending: false });
