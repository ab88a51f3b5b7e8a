/** This package, from dist: `nJobs` and the form of the group are the entrant's settings. */
import { type Table, tableFromArrays } from 'apache-arrow';
import { applyParallel, groupby, shareTable } from 'apply-parallel';
import type { DataFrame } from 'danfojs-node';
import { arrowColumns } from '../columns.js';
import type { Form, Group, Peer, Prepared } from '../types.js';
import { danfoColumns, danfoFrame } from './danfo.js';

type Fn = (group: Group) => Table;

export const ours: Peer = async (benchCase, table, { form, nJobs }) => {
  const { keys } = benchCase;
  const fn = benchCase.ours[form as Form] as Fn;
  if (form === 'danfo') {
    // Without it danfojs copies every cell into groups of its own, which nobody asks for.
    await import('apply-parallel/danfo');
    const frame = await danfoFrame(table);
    const tiny = frame.head(1);
    return keptWarm(() => applyParallel(tiny.groupby(keys) as never, (g: DataFrame) => g, { nJobs }), {
      run: () => applyParallel(frame.groupby(keys) as never, fn, { nJobs }),
      columns: danfoColumns,
    });
  }
  // As `load` with `shared: true` would have read it.
  const shared = shareTable(table);
  const tiny = tableFromArrays({ key: Int32Array.of(0) });
  return keptWarm(() => applyParallel(groupby(tiny, 'key'), (g) => g, { input: 'columns', nJobs }), {
    run: () => applyParallel(groupby(shared, keys), fn, { input: form, nJobs }),
    columns: (result) => arrowColumns(result as Table),
  });
};

/**
 * The same with a tiny call every few seconds between the rounds. The package ends its workers after an idle
 * minute, and the turns of slow peers can take longer than that; joblib keeps its own for five minutes, and a
 * warm call is what is compared.
 */
function keptWarm(call: () => Promise<unknown>, prepared: Prepared): Prepared {
  let running = false;
  setInterval(() => {
    if (running) return;
    call().catch(() => {}); // What is wrong will show in the timed call.
  }, 4000).unref();
  return {
    ...prepared,
    async run() {
      running = true;
      try {
        return await prepared.run();
      } finally {
        running = false;
      }
    },
  };
}
