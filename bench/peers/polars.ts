/**
 * nodejs-polars: partitionBy on all cores, the function on each part in this thread, the results
 * concatenated.
 */
import { Table, tableFromIPC, tableToIPC } from 'apache-arrow';
import type { DataFrame } from 'nodejs-polars';
import { arrowColumns } from '../columns.js';
import { Missing } from '../missing.js';
import type { ApplyCase, NotRun, Peer } from '../types.js';

export const polars: Peer = async (benchCase, table) => {
  const pl = await loadPolars();
  const frame = toPolars(pl, table);
  const fn = benchCase.polars as Exclude<ApplyCase['polars'], NotRun>;
  return {
    run() {
      const results = frame.partitionBy(benchCase.keys, true).map((part) => fn(part, pl));
      if (results[0] instanceof Table)
        return new Table((results as Table[]).flatMap(({ batches }) => batches));
      // 'vertical' stacks one frame at a time, in quadratic time; on frames of one schema 'diagonal' does the
      // same at once.
      return pl.concat(results as DataFrame[], { how: 'diagonal', rechunk: false });
    },
    columns(result) {
      const made = result instanceof Table ? toPolars(pl, result) : (result as DataFrame);
      // The parts come by first appearance of their key; putting them into the order of the others is not
      // timed.
      const sorted = made.sort({ by: benchCase.keys, maintainOrder: true });
      return arrowColumns(tableFromIPC(sorted.writeIPCStream()));
    },
  };
};

type Polars = Awaited<ReturnType<typeof loadPolars>>;

export async function loadPolars() {
  try {
    return (await import('nodejs-polars')).default;
  } catch (error) {
    throw new Missing('nodejs-polars with its platform package (npm run bench:setup)', { cause: error });
  }
}

export function toPolars(pl: Polars, table: Table): DataFrame {
  return pl.readIPCStream(Buffer.from(tableToIPC(table, 'stream')));
}
