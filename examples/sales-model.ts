import type { Table } from 'apache-arrow';
import { applyParallel, type Columns, groupby } from 'apply-parallel';
import { fillNull, lookup, rolling, shift } from 'apply-parallel/columns';

const sum = (values: Iterable<number>) => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

/** Pieces sold in each month, from the table's columns `at` and `quantity`, for each value of a column. */
export const totalsBy = (level: string, sales: Table) =>
  applyParallel(groupby(sales, [level, 'at']), (g) => ({ pieces: sum(g.quantity as Int32Array) }), {
    input: 'columns',
    groupKeys: true,
  });

/** What the model knows beside the category's own rows; bound by `partial`. */
export interface Tables {
  /** A row for each item: its brand, list price, division and upper division. */
  readonly items: Table;
  readonly category: Table;
  readonly division: Table;
  readonly upper: Table;
}

/** Prepares monthly sales for a forecast. Months are numbered: year times 12 and month. */
export class SalesModel {
  /** Features look this many months back. */
  readonly lags = [1, 2, 3, 12];
  readonly windows = [3, 12];
  /** Items with a shorter history are left out: there is nothing to learn from them. */
  readonly minMonths = 13;
  /** An item without sales for so long is given up; its history ends with its last sale. */
  readonly silentMonths = 6;

  /** @param today the month after the last one of the data */
  constructor(readonly today: number) {}

  /**
   * One item: a row for every month of its life, the months between filled: nothing sold, the price as it
   * was.
   */
  history(sales: Columns) {
    const { at, quantity: pieces, price: paid } = sales as { [name: string]: Float64Array };
    const last = at[at.length - 1] + 1;
    const end = last + this.silentMonths >= this.today ? this.today : last;
    if (end - at[0] < this.minMonths) return null;
    const calendar = { at: new Int32Array(end - at[0]).map((_, month) => at[0] + month) };
    const rows = lookup(calendar, { at, pieces, paid }, { on: 'at' });
    const quantity = fillNull(rows.pieces, 0);
    const mean = (n: number) =>
      rolling(
        { quantity },
        { rows: n, min: 1, closed: 'left' },
        (w) => sum(w.frame.quantity) / (w.to - w.from),
      );
    return {
      ...calendar,
      age: calendar.at.map((month) => month - at[0]),
      quantity,
      before: shift(quantity, 1, { fill: 0 }),
      price: fillNull(fillNull(rows.paid, { method: 'forward' }), { method: 'backward' }),
      ...Object.fromEntries(this.lags.map((n) => [`lag_${n}`, shift(quantity, n)])),
      ...Object.fromEntries(this.windows.map((n) => [`mean_${n}`, mean(n)])),
    };
  }

  /** One category: what a model can learn from. */
  features(histories: Columns, { items, category, division, upper }: Tables) {
    const at = histories.at as Int32Array;
    const lastMonth = at.map((month) => month - 1);
    const g = { ...histories, lastMonth, lastYear: at.map((month) => month - 13) };
    const known = lookup(g, items, {
      on: 'item',
      columns: ['brand', 'list_price', 'division', 'upper_division'],
    });
    const before = (table: Table, level: string, month = 'lastMonth') =>
      lookup(known, table, { on: { [level]: level, [month]: 'at' }, columns: ['pieces'] })
        .pieces as Float64Array;
    const inCategory = fillNull(before(category, 'category'), 0);
    const inUpper = before(upper, 'upper_division');
    const { list_price, quantity, price, ...rest } = known as unknown as { [name: string]: Float64Array };
    const brands = [...new Set<unknown>(known.brand)].sort();
    const ratio = (a: Float64Array, b: Float64Array) => a.map((value, row) => value / b[row]);
    return {
      item: histories.item,
      year: at.map((month) => Math.floor(month / 12)),
      month: at.map((month) => (month % 12) + 1),
      age: histories.age,
      brand: Int32Array.from(known.brand, (brand) => brands.indexOf(brand)),
      discount: ratio(price, list_price).map((share) => 1 - share),
      quantity: Int32Array.from(quantity, (pieces) => Math.max(0, pieces)),
      returned: Int32Array.from(quantity, (pieces) => Math.max(0, -pieces)),
      ...Object.fromEntries(Object.entries(rest).filter(([name]) => /^(lag|mean)_/.test(name))),
      category_share: ratio(rest.before, inCategory),
      division_share: ratio(inCategory, before(division, 'division')),
      upper_growth: ratio(inUpper, before(upper, 'upper_division', 'lastYear')),
    };
  }
}
