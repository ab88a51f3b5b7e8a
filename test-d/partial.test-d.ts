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
