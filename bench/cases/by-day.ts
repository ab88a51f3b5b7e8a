import { makeVector, Table } from 'apache-arrow';
import { applyParallel, every, groupby, type KeyMaker, shareTable } from 'apply-parallel';
import type { MakePrepared, StageCase } from '../types.js';
import { someFlights } from './flights-origin.js';

const MICROSECONDS_OF_DAY = 86_400_000_000n;

/** The flights in shared memory, with a column of integers that numbers the days. */
function withDays(given: Table): Table {
  const days = new Int32Array(given.numRows);
  let row = 0;
  for (const time of given.getChild('date')?.data.flatMap(({ values }) => [values]) ?? [])
    for (const value of time as BigInt64Array) days[row++] = Number(value / MICROSECONDS_OF_DAY);
  return shareTable(given.assign(new Table({ days: makeVector(days) }))) as Table;
}

const groups = (table: Table, by: string | KeyMaker) =>
  typeof by === 'string' ? groupby(table, by) : groupby(table, by);

/** Finds the groups: keys to codes to places. */
const grouping =
  (by: string | KeyMaker): MakePrepared =>
  async (given) => {
    const table = withDays(given);
    return { run: () => groups(table, by).size, columns: () => ({ rows: groups(table, by).sizes() }) };
  };

/** A whole call, of a function that costs nothing. */
const wholeCall =
  (by: string | KeyMaker): MakePrepared =>
  async (given) => {
    const table = withDays(given);
    return {
      run: () => applyParallel<Table>(groups(table, by), () => ({ n: [1] })),
      columns: () => ({ rows: groups(table, by).sizes() }),
    };
  };

export const byDay: StageCase = {
  kind: 'stage',
  name: 'by-day',
  title: '3M flights by day: a key maker on timestamps against a column of integers',
  keys: [],
  data: someFlights,
  stages: {
    "groups of every('date', '1d')": grouping(every('date', '1d')),
    'groups of an integer column': grouping('days'),
    'a whole call by every': wholeCall(every('date', '1d')),
    'a whole call by the integer column': wholeCall('days'),
  },
  goals: [{ peer: 'groups of an integer column', times: 0.77 }],
};
