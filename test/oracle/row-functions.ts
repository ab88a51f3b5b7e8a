import type { AnyTable } from 'apply-parallel';
import { columnsOf, range, sortedRows, takeRows, valuesOf } from './columns.js';
import type { OracleFunction } from './functions.js';

/* Functions that choose rows and put them in order. All columns keep their types. */

type Size = { count: number };
type Threshold = { threshold: number };

const numberValues = (table: AnyTable) => valuesOf<number | bigint>(columnsOf(table).u);

/** The first row of each value; null is a value. */
function dedupe(table: AnyTable): AnyTable {
  const values = valuesOf<string>(columnsOf(table).s);
  return takeRows(
    table,
    range(table.numRows).filter((row) => values.indexOf(values[row]) === row),
  );
}

/** Ascending; what is no number comes last. */
function sortWithin(table: AnyTable): AnyTable {
  const values = numberValues(table);
  const sorted = sortedRows(values, false);
  const others = range(values.length).filter((row) => values[row] === null || Number.isNaN(values[row]));
  return takeRows(table, [...sorted, ...others]);
}

function filterAbove(table: AnyTable, { threshold }: Threshold): AnyTable {
  const values = numberValues(table);
  return takeRows(
    table,
    range(table.numRows).filter((row) => values[row] !== null && Number(values[row]) > threshold),
  );
}

export const rowFunctions: { [name: string]: OracleFunction } = {
  identity: { columns: (group) => group, same: (table) => table },
  head: {
    draw: (random) => ({ count: random.below(4) }),
    same: (table, { count }: Size) => table.slice(0, count),
  },
  tail: {
    draw: (random) => ({ count: 1 + random.below(3) }),
    same: (table, { count }: Size) => table.slice(Math.max(table.numRows - count, 0)),
  },
  everyOther: {
    same: (table) =>
      takeRows(
        table,
        range(table.numRows).filter((row) => row % 2 === 0),
      ),
  },
  reversed: { same: (table) => takeRows(table, range(table.numRows).reverse()) },
  twice: { same: (table) => table.concat(table) },
  largeGroups: {
    draw: (random) => ({ count: 1 + random.below(6) }),
    columns: (group, { count }: Size) => (group.k0.length >= count ? group : null),
    same: (table, { count }: Size) => (table.numRows >= count ? table : table.slice(0, 0)),
  },
  filterAbove: {
    needs: ['u'],
    draw: (random) => ({ threshold: random.pick([0, -10, 100, 2 ** 31]) }),
    same: filterAbove,
  },
  largest: {
    needs: ['u'],
    draw: (random) => ({ count: 1 + random.below(3) }),
    same: (table, { count }: Size) => takeRows(table, sortedRows(numberValues(table), true).slice(0, count)),
  },
  sortWithin: { needs: ['u'], same: sortWithin },
  dedupe: { needs: ['s'], same: dedupe },
};
