/**
 * Plain rows in, plain rows out: no frame library. Each customer's orders become one row; who ordered once is
 * left out.
 */
import { applyParallel, groupby } from 'apply-parallel';

const orders = [
  { customer: 'Mia', item: 'tea', price: 4.5 },
  { customer: 'Ben', item: 'coffee', price: 6 },
  { customer: 'Mia', item: 'cake', price: 3.5 },
  { customer: 'Zoe', item: 'tea', price: 4.5 },
  { customer: 'Ben', item: 'tea', price: 4.5 },
];

const summary = await applyParallel(groupby(orders, 'customer'), (rows, { key }) => {
  if (rows.length < 2) return null;
  const spent = rows.reduce((sum, row) => sum + (row.price as number), 0);
  return { customer: key, orders: rows.length, spent };
});
console.table(summary);
