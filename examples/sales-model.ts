import type { Float64, Table, Utf8 } from 'apache-arrow';
import type { ColumnsOf } from 'apply-parallel';
import { cumsum, lookup, shift, take } from 'apply-parallel/columns';
import { histories, type Sales } from './sales-histories.js';

/** A row for each item. */
export type Items = Table<{
  item: Utf8;
  category: Utf8;
  division: Utf8;
  upper_division: Utf8;
  brand: Utf8;
  list_price: Float64;
}>;

/** What the model knows beside a category's own sales; bound by `partial`. */
export interface Known {
  readonly items: Items;
  readonly brands: readonly string[];
  /** Pieces sold in each month of a category, a division or an upper division, by its name. */
  readonly totals: ReadonlyMap<string, Float64Array>;
}

/** Prepares monthly sales for a forecast. */
export class SalesModel {
  /** Features look this many months back. */
  readonly lags = [1, 2, 3, 12];
  readonly windows = [3, 12];
  /** Items with a shorter history are left out: there is nothing to learn from them. */
  readonly minMonths = 13;
  /** An item without sales for so long is given up; its history ends with its last sale. */
  readonly silentMonths = 6;

  /** @param today the number of the month after the last one of the data */
  constructor(readonly today: number) {}

  /** One category: what a model can learn from, a row for every item and month. */
  features(sales: ColumnsOf<Sales>, { items, brands, totals }: Known) {
    const { names, item, at, age, quantity, price } = histories(sales, this);
    if (at.length === 0) return null;
    const known = lookup({ item: names }, items, { on: 'item' }); // a row for each item
    const brand = Array.from(known.brand, (name) => brands.indexOf(name as string));
    const [inCategory, inDivision, inUpper] = [known.category, known.division, known.upper_division].map(
      (place) => totals.get(place.get(0) as string) as Float64Array,
    );
    const floats = (cell: Cell) => filled(new Float64Array(at.length), cell);
    const whole = (cell: Cell) => filled(new Int32Array(at.length), cell);
    const flags = (cell: Cell) => filled(new Uint8Array(at.length), cell);

    // `age` also tells how many rows before belong to the same item.
    const lag = (n: number) => floats((row) => (age[row] < n ? Number.NaN : quantity[row - n]));
    const before = shift(cumsum(quantity), 1, { fill: 0 });
    const mean = (n: number) =>
      floats((row) => {
        const months = Math.min(n, age[row]);
        return (before[row] - before[row - months]) / months;
      });
    // Target encoding: what the brand sold of an item in a month, over all months before.
    const untilMonth = (cell: Cell) => {
      const sums = brands.map(() => new Float64Array(this.today + 1));
      for (let row = 0; row < at.length; row++) sums[brand[item[row]]][at[row] + 1] += cell(row);
      return sums.map((months) => cumsum(months));
    };
    const [pieces, rows] = [untilMonth((row) => quantity[row]), untilMonth(() => 1)];

    return {
      item: take(names, item),
      year: whole((row) => 1970 + Math.floor(at[row] / 12)),
      month: whole((row) => (at[row] % 12) + 1),
      age,
      discount: floats((row) => 1 - price[row] / known.list_price[item[row]]),
      quantity: whole((row) => Math.max(0, quantity[row])),
      returned: whole((row) => Math.max(0, -quantity[row])),
      ...columns(this.lags, (n) => [`lag_${n}`, lag(n)]),
      ...columns(this.windows, (n) => [`mean_${n}`, mean(n)]),
      brand_mean: floats((row) => pieces[brand[item[row]]][at[row]] / rows[brand[item[row]]][at[row]]),
      category_share: floats(
        (row) => (age[row] > 0 ? quantity[row - 1] : 0) / (inCategory[at[row] - 1] || 0),
      ),
      division_share: floats((row) => inCategory[at[row] - 1] / inDivision[at[row] - 1]),
      upper_growth: floats((row) => inUpper[at[row] - 1] / inUpper[at[row] - 13]),
      ...columns(brands, (name, k) => [`brand_${name}`, flags((row) => +(brand[item[row]] === k))]),
    };
  }
}

/** The value of a column in a row. */
type Cell = (row: number) => number;

/** Gives each row of a column its value. */
function filled<A extends Float64Array | Int32Array | Uint8Array>(column: A, cell: Cell): A {
  for (let row = 0; row < column.length; row++) column[row] = cell(row);
  return column;
}

/** Columns with their names. */
function columns<T, C>(of: readonly T[], entry: (each: T, k: number) => readonly [string, C]) {
  return Object.fromEntries(of.map(entry)) as { [name: string]: C };
}
