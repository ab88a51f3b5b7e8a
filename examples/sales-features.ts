import type { Table, Utf8, Vector } from 'apache-arrow';
import { type ApplyOptions, applyParallel, groupby, partial } from 'apply-parallel';
import { type Sales, totalsOf } from './sales-histories.js';
import { type Items, SalesModel } from './sales-model.js';

/** The features of all sales, category by category on all cores, by a method of a model object. */
export async function salesFeatures(
  sales: Sales,
  items: Items,
  options: Pick<ApplyOptions, 'progress' | 'report'> = {},
): Promise<Table> {
  const categories = groupby(sales, 'category');
  const sold = await applyParallel(categories, totalsOf, {
    input: 'columns',
    output: 'records',
    groupKeys: true,
  });
  const months = sold.map(({ at }) => at);
  const [first, today] = [Math.min(...months), Math.max(...months) + 1];
  const model = new SalesModel(today);

  const names = (column: 'category' | 'division' | 'upper_division' | 'brand') =>
    [...(items.getChild(column) as Vector<Utf8>)] as string[];
  const [category, division, upper] = [names('category'), names('division'), names('upper_division')];
  const placesOf = new Map(category.map((name, row) => [name, [name, division[row], upper[row]]]));
  const totals = new Map<string, Float64Array>();
  for (const { category, at, pieces } of sold) {
    for (const place of placesOf.get(category as string) ?? []) {
      const inPlace = totals.get(place) ?? new Float64Array(today).fill(Number.NaN, 0, first);
      inPlace[at] += pieces;
      totals.set(place, inPlace);
    }
  }

  const brands = [...new Set(names('brand'))].sort();
  return (await applyParallel(categories, partial(model.features.bind(model), { items, brands, totals }), {
    ...options,
    input: 'columns',
  })) as Table;
}
