import { createExecutor, type DelayedCall, delayed, type Future, Parallel, parmap } from 'apply-parallel';
import { expectTypeOf } from 'expect-type';

/* What calls give, by their functions; what an executor takes. */

const length = (text: string) => text.length;
const half = async (x: number) => x / 2;
const add = (a: number, b = 1) => a + b;

expectTypeOf(delayed(length)('a')).toEqualTypeOf<DelayedCall<number>>();
expectTypeOf(delayed(half)(1)).toEqualTypeOf<DelayedCall<number>>();
delayed(add)(1);
delayed(add)(1, 2);
// @ts-expect-error: a string is wanted
delayed(length)(5);
// @ts-expect-error: an argument is missing
delayed(add)();

// Arrays, tuples, iterables.
expectTypeOf(Parallel()(['a'].map((text) => delayed(length)(text)))).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(Parallel()([delayed(length)('a'), delayed(String)(1)])).toEqualTypeOf<
  Promise<[number, string]>
>();
declare const calls: Iterable<DelayedCall<Date>>;
declare const later: AsyncIterable<DelayedCall<Date>>;
expectTypeOf(Parallel()(calls)).toEqualTypeOf<Promise<Date[]>>();
expectTypeOf(Parallel({ nJobs: 2, returnAs: 'list' })(later)).toEqualTypeOf<Promise<Date[]>>();

// Generators.
expectTypeOf(Parallel({ returnAs: 'generator' })(calls)).toEqualTypeOf<
  AsyncGenerator<Date, void, undefined>
>();
expectTypeOf(parmap(half, [1], { returnAs: 'generatorUnordered' })).toEqualTypeOf<
  AsyncGenerator<number, void, undefined>
>();

expectTypeOf(parmap(half, new Set([1]))).toEqualTypeOf<Promise<number[]>>();
expectTypeOf(parmap((text) => text.length, 'abc')).toEqualTypeOf<Promise<number[]>>();
// @ts-expect-error: the items are numbers
parmap(length, [1, 2]);
// @ts-expect-error: it is called nprocs
parmap(half, [1], { nJobs: 2 });
// @ts-expect-error: joblib's spelling
Parallel({ n_jobs: 2 });
// @ts-expect-error: no delayed calls
Parallel()([1, 2]);
// @ts-expect-error: no such way
Parallel({ returnAs: 'generator_unordered' });

const executor = createExecutor({ kind: 'async', maxWorkers: 10 });
expectTypeOf(executor.submit(half, 1)).toEqualTypeOf<Future<number>>();
expectTypeOf(executor.submit(add, 1)).toEqualTypeOf<Future<number>>();
expectTypeOf(executor.map(length, ['a'])).toEqualTypeOf<AsyncGenerator<number, void, undefined>>();
executor.map((a: number, b: string) => `${a}${b}`, [1], later2());
declare function later2(): AsyncIterable<string>;
// @ts-expect-error: a number is wanted
executor.submit(half, 'x');
// @ts-expect-error: two iterables are wanted
executor.map((a: number, b: string) => `${a}${b}`, [1], [2]);
