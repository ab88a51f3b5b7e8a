import type { Float64, Int32, Table, TimestampMillisecond, Utf8 } from 'apache-arrow';
import type { ColumnsOf } from 'apply-parallel';
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
export interface Lives {
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
export function histories(
  { month, item, quantity, price }: ColumnsOf<Sales>,
  { today, minMonths, silentMonths }: Lives,
) {
  const sold = Int32Array.from(month, (time) => monthOf(time as number));
  const lives = new Map<string, { number: number; firstRow: number; begin: number; end: number }>();
  const number = sold.map((at, row) => {
    const name = item.get(row) as string;
    let life = lives.get(name);
    if (life === undefined) {
      life = { number: lives.size, firstRow: row, begin: at, end: at };
      lives.set(name, life);
    }
    life.end = at + 1;
    return life.number;
  });
  const calendar = { item: [] as number[], at: [] as number[], age: [] as number[] };
  for (const { number, begin, end } of lives.values()) {
    const until = end + silentMonths >= today ? today : end;
    for (let at = begin; at < until && until - begin >= minMonths; at++) {
      calendar.item.push(number);
      calendar.at.push(at);
      calendar.age.push(at - begin);
    }
  }
  const [items, at, age] = Object.values(calendar).map((months) => Int32Array.from(months));
  const sales = { item: number, at: sold, quantity, price };
  const rows = lookup({ item: items, at, age }, sales, { on: ['item', 'at'] });
  return {
    ...rows,
    names: take(
      item,
      Array.from(lives.values(), ({ firstRow }) => firstRow),
    ),
    quantity: Float64Array.from(fillNull(rows.quantity, 0)),
    price: filled(rows.price, age),
  };
}

/** Values of items, each missing one as the last before it or else the first after it of the same item. */
function filled(values: Float64Array, age: Int32Array): Float64Array {
  const out = values.slice();
  for (let row = 1; row < out.length; row++) {
    if (Number.isNaN(out[row]) && age[row] > 0) out[row] = out[row - 1];
  }
  for (let row = out.length - 2; row >= 0; row--) {
    if (Number.isNaN(out[row]) && age[row + 1] > 0) out[row] = out[row + 1];
  }
  return out;
}
