import type { Float64, Int32, Table, TimestampMillisecond, Utf8 } from 'apache-arrow';
import type { ColumnsOf, ColumnVector } from 'apply-parallel';
import { fillNull, lookup, take } from 'apply-parallel/columns';

/** A row for each item and month in which some of it was sold, in order of months. */
export type Sales = Table<{
  month: TimestampMillisecond;
  category: Utf8;
  item: Utf8;
  quantity: Int32;
  price: Float64;
}>;

/** Numbers months, from January 1970. */
export function monthOf(time: number): number {
  const date = new Date(time);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

/** Which items have a history, and how long. */
export interface Which {
  /** The number of the month after the last one of the data. */
  readonly today: number;
  /** Items with a shorter history are left out: there is nothing to learn from them. */
  readonly minMonths: number;
  /** An item without sales for so long is given up; its history ends with its last sale. */
  readonly silentMonths: number;
}

/**
 * The history of each item of a category: a row for every month, those between filled: nothing sold, the
 * price as it was. `item` is the item's position in `names`, and `age` counts its months.
 */
export function histories({ month, item, quantity, price }: ColumnsOf<Sales>, which: Which) {
  const at = monthsOf(month);
  const { lives, numbers } = livesOf(item, at);
  const calendar = calendarOf(lives, which);
  const sales = { item: numbers, at, quantity, price };
  const rows = lookup(calendar, sales, { on: ['item', 'at'] });
  return {
    ...calendar,
    names: take(
      item,
      lives.map(({ firstRow }) => firstRow),
    ),
    quantity: Float64Array.from(fillNull(rows.quantity, 0)),
    price: lastKnown(rows.price, calendar.age),
  };
}

/** Pieces of a category sold in each month, from its first to its last. */
export function totalsOf({ month, quantity }: ColumnsOf<Sales>) {
  const rows = monthsOf(month);
  const [first] = rows;
  const pieces = new Float64Array(rows[rows.length - 1] + 1 - first);
  for (let row = 0; row < rows.length; row++) pieces[rows[row] - first] += quantity[row];
  return { at: pieces.map((_, k) => first + k), pieces };
}

/** Numbers the months of rows, most of which have the month of the row before. */
function monthsOf(times: ColumnVector<number>): Int32Array {
  const at = new Int32Array(times.length);
  let last: number | null = null;
  for (let row = 0; row < at.length; row++) {
    const time = times.get(row);
    at[row] = time === last ? at[row - 1] : monthOf(time as number);
    last = time;
  }
  return at;
}

/** An item's life, from its first month to the one after its last sale. */
interface Life {
  readonly number: number;
  readonly firstRow: number;
  readonly begin: number;
  end: number;
}

/** The lives of items, in order of their first sales, and the number of each row's item. */
function livesOf(items: ColumnVector<string>, at: Int32Array) {
  const lives = new Map<string | null, Life>();
  const numbers = new Int32Array(at.length);
  for (let row = 0; row < at.length; row++) {
    const name = items.get(row);
    let life = lives.get(name);
    if (life === undefined) {
      life = { number: lives.size, firstRow: row, begin: at[row], end: 0 };
      lives.set(name, life);
    }
    life.end = at[row] + 1;
    numbers[row] = life.number;
  }
  return { lives: [...lives.values()], numbers };
}

/** A row for each month of each item. */
function calendarOf(lives: readonly Life[], { today, minMonths, silentMonths }: Which) {
  const untilOf = ({ end }: Life) => (end + silentMonths >= today ? today : end);
  const kept = lives.filter((life) => untilOf(life) - life.begin >= minMonths);
  const rows = kept.reduce((sum, life) => sum + untilOf(life) - life.begin, 0);
  const [item, at, age] = [new Int32Array(rows), new Int32Array(rows), new Int32Array(rows)];
  let row = 0;
  for (const life of kept) {
    const until = untilOf(life);
    for (let month = life.begin; month < until; month++, row++) {
      item[row] = life.number;
      at[row] = month;
      age[row] = month - life.begin;
    }
  }
  return { item, at, age };
}

/** Values of items, each missing one as the last before it or else the first after it of the same item. */
function lastKnown(values: Float64Array, age: Int32Array): Float64Array {
  const out = values.slice();
  for (let row = 1; row < out.length; row++) {
    if (Number.isNaN(out[row]) && age[row] > 0) out[row] = out[row - 1];
  }
  for (let row = out.length - 2; row >= 0; row--) {
    if (Number.isNaN(out[row]) && age[row + 1] > 0) out[row] = out[row + 1];
  }
  return out;
}
