/** nodejs-polars: partitionBy on all cores, the function on each part in this thread, the results concatenated. */
import { Table, tableFromIPC, tableToIPC } from 'apache-arrow';
import type { DataFrame } from 'nodejs-polars';
import { arrowColumns } from '../columns.js';
import { Missing } from '../missing.js';
import type { ApplyCase, NotRun, Peer } from '../types.js';

export const polars: Peer = async (benchCase, table) => {
  const { pl, frame } = await polarsFrame(table);
  const fn = benchCase.polars as Exclude<ApplyCase['polars'], NotRun>;
  return {
    run() {
      const results = frame.partitionBy(benchCase.keys, true).map((part) => fn(part, pl));
      if (results[0] instanceof Table)
        return new Table((results as Table[]).flatMap(({ batches }) => batches));
      // 'vertical' stacks one frame at a time, in quadratic time; on frames of one schema 'diagonal' does the same at once.
      return pl.concat(results as DataFrame[], { how: 'diagonal', rechunk: false });
    },
    columns(result) {
      if (result instanceof Table) return arrowColumns(result);
      // The parts come by first appearance of their key; putting them into the order of the others is not timed.
      const sorted = (result as DataFrame).sort({ by: benchCase.keys, maintainOrder: true });
      return arrowColumns(tableFromIPC(sorted.writeIPCStream()));
    },
  };
};

export async function polarsFrame(table: Table) {
  const { default: pl } = await import('nodejs-polars').catch((error) => {
    throw new Missing('nodejs-polars with its platform package (npm run bench:setup)', { cause: error });
  });
  return { pl, frame: pl.readIPCStream(Buffer.from(tableToIPC(table, 'stream'))) };
}
