import type { Columns, ColumnVector } from 'apply-parallel';

/** A row of the master data. */
export interface Item {
  category: string;
  division: string;
  upper_division: string;
  brand: string;
  list_price: number;
}

/** Pieces sold in each month, from the first month of the data, by the name of a division or upper division. */
export type Totals = Map<string, Float64Array>;

/** What the model knows beside the category's own rows; bound by `partial`. */
export interface Context {
  master: Map<string, Item>;
  division: Totals;
  upperDivision: Totals;
}

/** Prepares monthly sales for a forecast, category by category. */
export class SalesModel {
  readonly firstMonth: number;
  readonly months: number;
  /** Features look this many months back. */
  readonly lags = [1, 2, 3, 12];
  readonly windows = [3, 12];
  /** Items with a shorter history are left out: there is nothing to learn from them. */
  readonly minMonths = 13;
  /** An item without sales for so long is given up; its history ends with its last sale. */
  readonly silentMonths = 6;

  /** @param months how many the data have, the first one being `firstMonth` (milliseconds) */
  constructor(firstMonth: number, months: number) {
    this.firstMonth = new Date(firstMonth).getUTCFullYear() * 12 + new Date(firstMonth).getUTCMonth();
    this.months = months;
  }

  /** One category: a row for every item and every month of its life, with what a model can learn from. Null where nothing is left. */
  preprocess(sales: Columns, { master, division, upperDivision }: Context) {
    const items = this.historiesOf(sales).filter(({ first, end }) => end - first >= this.minMonths);
    if (items.length === 0) return null;

    const { division: divisionName, upper_division: upperName } = master.get(items[0].name) as Item;
    const inDivision = division.get(divisionName) as Float64Array;
    const inUpper = upperDivision.get(upperName) as Float64Array;
    const inCategory = new Float64Array(this.months);
    for (const { quantity } of items) for (let m = 0; m < this.months; m++) inCategory[m] += quantity[m];

    const rows = items.reduce((sum, { first, end }) => sum + end - first, 0);
    const column = (cell: (item: History, month: number) => number): Float64Array => {
      const values = new Float64Array(rows);
      let row = 0;
      for (const item of items) for (let m = item.first; m < item.end; m++) values[row++] = cell(item, m);
      return values;
    };
    const whole = (cell: (item: History, month: number) => number) => Int32Array.from(column(cell));
    const columns = <N extends number>(
      name: string,
      numbers: readonly N[],
      cell: (item: History, month: number, n: N) => number,
    ) => Object.fromEntries(numbers.map((n) => [`${name}_${n}`, column((item, m) => cell(item, m, n))]));
    const brands = [...new Set(items.map(({ name }) => (master.get(name) as Item).brand))].sort();
    const brandOf = new Map(
      items.map(({ name }) => [name, brands.indexOf((master.get(name) as Item).brand)]),
    );
    const listPriceOf = new Map(items.map(({ name }) => [name, (master.get(name) as Item).list_price]));

    return {
      item: items.flatMap(({ name, first, end }) => Array<string>(end - first).fill(name)),
      year: whole((_, m) => Math.floor((this.firstMonth + m) / 12)),
      month: whole((_, m) => ((this.firstMonth + m) % 12) + 1),
      age: whole(({ first }, m) => m - first),
      brand: whole(({ name }) => brandOf.get(name) as number),
      discount: column(({ name, price }, m) => 1 - price[m] / (listPriceOf.get(name) as number)),
      quantity: whole(({ quantity }, m) => Math.max(0, quantity[m])),
      returned: whole(({ quantity }, m) => Math.max(0, -quantity[m])),
      ...columns('lag', this.lags, ({ first, quantity }, m, lag) =>
        m - lag < first ? Number.NaN : quantity[m - lag],
      ),
      ...columns('mean', this.windows, ({ first, quantity }, m, window) =>
        meanBefore(quantity, first, m, window),
      ),
      category_share: column(({ quantity }, m) => quantity[m - 1] / inCategory[m - 1]),
      division_share: column((_, m) => inCategory[m - 1] / inDivision[m - 1]),
      upper_growth: column((_, m) => inUpper[m - 1] / inUpper[m - 13]),
    };
  }

  /** Every item from its first month to its last, the months between filled: nothing sold, the price as it was. */
  private historiesOf(sales: Columns): History[] {
    const month = sales.month as ColumnVector<number>;
    const item = sales.item as ColumnVector<string>;
    const [quantity, price] = [sales.quantity as Int32Array, sales.price as Float64Array];
    const histories = new Map<string, History>();
    for (let row = 0; row < quantity.length; row++) {
      const name = item.get(row) as string;
      const date = new Date(month.get(row) as number);
      const m = date.getUTCFullYear() * 12 + date.getUTCMonth() - this.firstMonth;
      let history = histories.get(name);
      if (history === undefined) {
        history = {
          name,
          first: m,
          end: m,
          quantity: new Float64Array(this.months),
          price: new Float64Array(this.months).fill(Number.NaN),
        };
        histories.set(name, history);
      }
      history.end = m + 1;
      history.quantity[m] += quantity[row];
      history.price[m] = price[row];
    }
    for (const history of histories.values()) {
      if (history.end + this.silentMonths >= this.months) history.end = this.months;
      fillForward(history.price);
    }
    return [...histories.values()];
  }
}

interface History {
  name: string;
  /** The first month with sales. */
  first: number;
  /** The month after the last one. */
  end: number;
  /** By month, from the first of the data. */
  quantity: Float64Array;
  price: Float64Array;
}

/** Mean of up to `window` values before `at`; NaN where there is none. */
function meanBefore(values: Float64Array, first: number, at: number, window: number): number {
  const from = Math.max(first, at - window);
  let sum = 0;
  for (let i = from; i < at; i++) sum += values[i];
  return sum / (at - from);
}

/** A missing value becomes the one before it; the first ones become the first there is. */
function fillForward(values: Float64Array): void {
  let last = values.find((value) => !Number.isNaN(value)) ?? Number.NaN;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) values[i] = last;
    else last = values[i];
  }
}
