import { type Table, tableFromArrays } from 'apache-arrow';
import {
  type AnyTable,
  applyParallel,
  type Columns,
  type ColumnVector,
  type DanfoFrame,
  type GroupContext,
  type GroupKey,
  groupby,
  type Row,
} from 'apply-parallel';
import { DataFrame } from 'danfojs-node';
import { expectTypeOf } from 'expect-type';

/* What the function is given, by what was grouped and by `input`; what the call returns, by `output`. */

interface Sale extends Row {
  category: string;
  price: number;
}
declare const sales: Sale[];
const table = tableFromArrays({ category: ['a', 'b'], price: Float64Array.of(1, 2) });
const df = new DataFrame({ category: ['a'], price: [1] });
const byTable = groupby(table, 'category');
const bySales = groupby(sales, 'category');

// The context has the key's type; any key where the frame's type does not tell its columns.
const anyTable: Table = table;
applyParallel(groupby(anyTable, 'category'), (_, context) => {
  expectTypeOf(context).toEqualTypeOf<GroupContext>();
  expectTypeOf(context.key).toEqualTypeOf<GroupKey>();
  return null;
});
applyParallel(byTable, (_, context) => {
  expectTypeOf(context).toEqualTypeOf<GroupContext<string>>();
  expectTypeOf(context.key).toEqualTypeOf<string>();
  expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
  return null;
});

// input 'same': the kind, and for rows the type of a row.
applyParallel(byTable, (g) => {
  expectTypeOf(g.getChild('price')).not.toBeAny();
  expectTypeOf(g.numRows).toEqualTypeOf<number>();
  return g;
});
applyParallel(bySales, (g) => {
  expectTypeOf(g).toEqualTypeOf<Sale[]>();
  return g.filter((sale) => sale.price > 1);
});
applyParallel(groupby(df, 'category'), (g) => {
  expectTypeOf(g).toEqualTypeOf<DataFrame>();
  return g.head();
});

// An iterable of frames, or of keys and frames, async or not.
declare const pairs: Map<string, Sale[]>;
applyParallel(pairs, (g) => {
  expectTypeOf(g).toExtend<readonly Sale[]>();
  return g;
});
declare const tables: AsyncIterable<Table>;
applyParallel(tables, (g) => {
  expectTypeOf(g.numCols).toEqualTypeOf<number>();
  return g;
});

// input 'columns': said by the annotation, column by column.
applyParallel(
  byTable,
  (g: { price: Float64Array; category: ColumnVector<string> }) => {
    return { ...g, tax: g.price.map((price) => price * 0.2), first: [g.category.get(0)] };
  },
  { input: 'columns' },
);
applyParallel(
  byTable,
  (g) => {
    expectTypeOf(g).toEqualTypeOf<{ category: ColumnVector<string>; price: Float64Array }>();
    return g;
  },
  { input: 'columns' },
);
// @ts-expect-error: without input: 'columns' the group is a table, which has no such columns
applyParallel(byTable, (g: { price: Float64Array }) => ({ y: g.price }));

applyParallel(
  groupby(anyTable, 'category'),
  (g) => {
    expectTypeOf(g).toEqualTypeOf<Columns>();
    return g;
  },
  { input: 'columns' },
);

// The other forms.
applyParallel(
  byTable,
  (g) => {
    expectTypeOf(g).toEqualTypeOf<{ category: string | null; price: number | null }[]>();
    return g;
  },
  { input: 'records' },
);
applyParallel(
  bySales,
  (g) => {
    expectTypeOf(g).toEqualTypeOf<AnyTable>();
    return g;
  },
  { input: 'arrow' },
);
applyParallel(
  bySales,
  (g) => {
    expectTypeOf(g).toEqualTypeOf<DanfoFrame>();
    return g;
  },
  { input: 'danfo' },
);

// What comes out.
const same = <T>(g: T) => g as never;
expectTypeOf(applyParallel(byTable, same)).resolves.toEqualTypeOf<AnyTable>();
expectTypeOf(applyParallel(groupby(df, 'category'), same)).resolves.toEqualTypeOf<DataFrame>();
expectTypeOf(applyParallel(bySales, same)).resolves.toEqualTypeOf<Row[]>();
expectTypeOf(applyParallel(byTable, same, { output: 'same' })).resolves.toEqualTypeOf<AnyTable>();
expectTypeOf(applyParallel(byTable, same, { output: 'columns' })).resolves.toEqualTypeOf<Columns>();
expectTypeOf(applyParallel(byTable, same, { output: 'records' })).resolves.toEqualTypeOf<Row[]>();
expectTypeOf(applyParallel(bySales, same, { output: 'arrow' })).resolves.toEqualTypeOf<AnyTable>();
expectTypeOf(applyParallel(bySales, same, { output: 'danfo' })).resolves.toEqualTypeOf<DanfoFrame>();

// What a function may return: any kind of frame, one row, nothing, or a promise of it.
applyParallel(byTable, () => ({ n: 1 }));
applyParallel(byTable, () => [{ n: 1 }, { n: 2 }]);
applyParallel(byTable, (g) => (g.numRows > 1 ? g : null));
applyParallel(byTable, () => undefined);
applyParallel(byTable, async (g) => ({ n: [g.numRows] }));
// @ts-expect-error: a number is no frame
applyParallel(byTable, (g) => g.numRows);
// @ts-expect-error: nor is a promise of a string
applyParallel(byTable, async () => 'text');

// What is no group of frames.
// @ts-expect-error: a number has no groups
applyParallel(5, () => null);
// @ts-expect-error: a function is missing
applyParallel(byTable, 'fn');

// Rows typed by an interface, as groups and as results.
interface Ticket {
  category: string;
  price: number;
}
const tickets: Ticket[] = [{ category: 'a', price: 1 }];
applyParallel(groupby(tickets, 'category'), (rows) => rows);
applyParallel(groupby(tickets, 'category'), (rows): Ticket => rows[0]);
applyParallel(groupby(tickets, 'category'), async (rows): Promise<Ticket> => rows[0]);
