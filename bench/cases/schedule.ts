import { type Table, tableFromArrays } from 'apache-arrow';
import { applyParallel, cpuCount, groupby } from 'apply-parallel';
import { smooth } from '../functions/smooth.js';
import type { Prepared, StageCase } from '../types.js';

/*
 * How near the workers come to the best schedule there is: every core busy with the functions alone until the
 * end.
 */

const CHUNK = 250;

/** About 1.2 ms of arithmetic for each CHUNK rows, whatever their number. */
function grind(g: { x: Float64Array }) {
  let sum = 0;
  for (let from = 0; from < g.x.length; from += CHUNK) sum += smooth(g.x.subarray(from, from + CHUNK))[0];
  return { sum: [sum], rows: [g.x.length] };
}

const xOf = (table: Table) => table.getChild('x')?.toArray() as Float64Array;

const rowsDone = (rows: number): Record<string, Iterable<unknown>> => ({ rows: [rows] });

async function withWorkers(table: Table): Promise<Prepared> {
  const grouped = groupby(table, 'key');
  return {
    run: () => applyParallel(grouped, grind, { input: 'columns', output: 'columns' }),
    columns: (result) =>
      rowsDone((result as { rows: Float64Array }).rows.reduce((total, rows) => total + rows, 0)),
  };
}

/** One core's share of the work, with nothing around it. No group of these cases is larger than that. */
async function bestSchedule(table: Table): Promise<Prepared> {
  const x = xOf(table).slice(0, table.numRows / cpuCount());
  return {
    run: () => grind({ x }),
    columns: () => rowsDone(table.numRows),
  };
}

const oneThread = async (table: Table): Promise<Prepared> => ({
  run: () => grind({ x: xOf(table) }),
  columns: () => rowsDone(table.numRows),
});

const stages = {
  'this, all workers': withWorkers,
  'the best possible schedule: one core’s share of the work': bestSchedule,
  'the work in one thread': oneThread,
};

function tableOf(sizes: number[]): Table {
  const key = Int32Array.from(sizes.flatMap((size, group) => new Array<number>(size).fill(group)));
  return tableFromArrays({ key, x: Float64Array.from(key, (_, i) => i % 100) });
}

export const scheduleEven: StageCase = {
  kind: 'stage',
  name: 'schedule-even',
  title: '400 groups of 1,000 rows, all arithmetic',
  keys: ['key'],
  data: (share) => tableOf(new Array(Math.round(400 * share)).fill(1000)),
  stages,
};

export const scheduleSkew: StageCase = {
  kind: 'stage',
  name: 'schedule-skew',
  title: '300 groups, sizes by a power law (the largest 13 % of all rows), all arithmetic',
  keys: ['key'],
  data: (share) =>
    tableOf(
      Array.from(
        { length: 300 },
        (_, group) => Math.round((64_000 * share) / (((group * 7) % 300) + 1) / CHUNK) * CHUNK + CHUNK,
      ),
    ),
  stages,
};
