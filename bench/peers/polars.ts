/** nodejs-polars: partitionBy on all cores, the function on each part in this thread, the parts concatenated. */
import { type Table, tableFromIPC, tableToIPC } from 'apache-arrow';
import type { DataFrame } from 'nodejs-polars';
import { arrowColumns } from '../columns.js';
import { Missing } from '../missing.js';
import type { ApplyCase, NotRun, Peer } from '../types.js';

export const polars: Peer = async (benchCase, table) => {
  const { pl, frame } = await polarsFrame(table);
  const fn = benchCase.polars as Exclude<ApplyCase['polars'], NotRun>;
  return {
    run() {
      const parts = frame.partitionBy(benchCase.keys, true);
      return pl.concat(
        parts.map((part) => fn(part, pl)),
        { how: 'vertical', rechunk: false },
      );
    },
    columns(result) {
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
