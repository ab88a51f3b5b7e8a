/**
 * A function for the command line: each item's share of what its category sold in the month.
 *
 *   npx tsx fixtures/sales.ts --out sales
 *   npx apply-parallel run examples/features.ts --input sales/sales.arrow --by category,month \
 *     --to features.parquet
 */
import type { ColumnVector } from 'apply-parallel';

/** What the function gets: the columns of a group. */
export const options = { input: 'columns' };

interface Sales {
  readonly category: ColumnVector<string>;
  readonly month: ColumnVector<number>;
  readonly item: ColumnVector<string>;
  readonly quantity: Int32Array;
}

/** `--set least=10` leaves out items of which fewer were sold. */
export default function shares(
  { category, month, item, quantity }: Sales,
  { least = 0 }: { least?: number },
) {
  const sold = quantity.reduce((sum, each) => sum + each, 0);
  const rows = Array.from(quantity.keys()).filter((row) => quantity[row] >= least);
  return rows.map((row) => ({
    category: category.get(row),
    month: new Date(Number(month.get(row))),
    item: item.get(row),
    quantity: quantity[row],
    share: quantity[row] / sold,
  }));
}
