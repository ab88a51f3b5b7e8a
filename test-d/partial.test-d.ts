import { tableFromArrays } from 'apache-arrow';
import { applyParallel, type GroupContext, groupby, moduleFunction, partial } from 'apply-parallel';
import { expectTypeOf } from 'expect-type';

/* What is bound must fit, and nothing may be missing or left over. */

interface Group {
  price: Float64Array;
}
interface Bound {
  rate: number;
  names?: string[];
}
const tax = (group: Group, { rate }: Bound) => ({ tax: group.price.map((p) => p * rate) });
const keyed = (_: Group, { rate }: Bound, context: GroupContext) => ({
  key: [String(context.key)],
  rate: [rate],
});
const groups = groupby(tableFromArrays({ k: ['a'], price: Float64Array.of(1) }), 'k');

expectTypeOf(partial(tax, { rate: 1 })).toEqualTypeOf<(group: Group) => { tax: Float64Array<ArrayBuffer> }>();
expectTypeOf(partial(keyed, { rate: 1 })).parameters.toEqualTypeOf<[group: Group, GroupContext]>();
partial(tax, { rate: 1, names: ['a'] });
applyParallel(groups, partial(tax, { rate: 1 }), { input: 'columns' });
applyParallel(groups, partial(keyed, { rate: 1 }), { input: 'columns' });

// @ts-expect-error: rate is missing
partial(tax, {});
// @ts-expect-error: rate is a number
partial(tax, { rate: 'high' });
// @ts-expect-error: bound is missing
partial(tax);
// @ts-expect-error: names is misspelled
partial(tax, { rate: 1, nmaes: ['a'] });
// @ts-expect-error: in a function written on the spot, too
partial((x: number, { rate = 1 }: { rate?: number }) => x * rate, { rte: 2 });
// @ts-expect-error: the function takes no other names than those it takes apart
partial(keyed, { rate: 1, other: 2 });

// A variable may hold more than the function takes, as everywhere in TypeScript.
const settings = { rate: 1, other: 2 };
partial(tax, settings);
// Any name goes where the function takes any; one of several shapes will do; a function may leave out what is
// bound.
partial((x: number, rates: Record<string, number>) => x * (rates.a ?? 1), { a: 1, b: 2 });
partial((x: number, by: { rate: number } | { factor: number }) => [x, by], { factor: 2 });
partial((x: number) => x, { rate: 2 });
// biome-ignore lint/suspicious/noExplicitAny: what untyped functions look like
partial((x: number, bound: any) => x * bound.rate, { rate: 2 });
expectTypeOf(partial(<T>(group: T, _: { rate: number }): T => group, { rate: 2 })).toBeCallableWith('x');
expectTypeOf(partial(async (x: number, _: { rate: number }) => x, { rate: 2 })).returns.resolves.toBeNumber();
const inner = partial((x: number, _: { a: number }, more: { b: string }) => x + more.b, { a: 1 });
expectTypeOf(partial(inner, { b: 'b' })).toEqualTypeOf<(x: number) => string>();
// @ts-expect-error: of the parameter that is left
partial(inner, { a: 1 });

// Beside the group and what is bound there is only the context.
const odd = (group: Group, _: Bound, factor: number) => ({ x: group.price.map((p) => p * factor) });
// @ts-expect-error: nobody gives it a factor
applyParallel(groups, partial(odd, { rate: 1 }), { input: 'columns' });
// @ts-expect-error: the group is a table here, not columns
applyParallel(groups, partial(tax, { rate: 1 }));

// Without annotations, what is bound says what the function gets.
expectTypeOf(partial((x: number, { rate }) => x * rate, { rate: 2 })).toEqualTypeOf<(x: number) => number>();

// A module's function fits as it is: what it takes is not known here.
applyParallel(groups, moduleFunction('./prices.js', 'tax'));
applyParallel(groups, moduleFunction(new URL('file:///prices.js')), { input: 'columns' });
// @ts-expect-error: a path or a URL
moduleFunction(5);
