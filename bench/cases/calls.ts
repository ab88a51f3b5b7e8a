import { availableParallelism } from 'node:os';
import { delayed, Parallel } from 'apply-parallel';
import { Piscina } from 'piscina';
import { joblibCalls } from '../peers/joblib-calls.js';
import { numbersByKey } from '../tables.js';
import type { Prepared, StageCase } from '../types.js';

/** 10,000 square roots, each a call of its own. */
export const calls: StageCase = {
  kind: 'stage',
  name: 'calls',
  title: '10,000 calls of a trivial function, warm: what a call costs (mean of 20 runs)',
  keys: [],
  data: (share) => numbersByKey(10_000 * share, 1),
  repeat: 20,
  stages: {
    Parallel: async (table) =>
      prepared(() => Parallel({ nJobs: -1 })(numbers(table).map((x) => delayed(Math.sqrt)(x)))),
    'Parallel, from a generator': async (table) =>
      prepared(() => Parallel({ nJobs: -1 })(rootsOf(table.numRows))),
    'joblib, all cores': async (table) => prepared(await joblibCalls(table.numRows)),
    'Piscina, one task per call': async (table) => {
      const pool = new Piscina({
        filename: new URL('../peers/root-worker.js', import.meta.url).href,
        minThreads: availableParallelism(),
        maxThreads: availableParallelism(),
        execArgv: [],
      });
      return prepared(() => Promise.all(numbers(table).map((x) => pool.run(x))));
    },
  },
  goals: [
    { peer: 'joblib, all cores', times: 3 },
    { peer: 'Piscina, one task per call', times: 15 },
  ],
};

function* rootsOf(count: number) {
  for (let x = 0; x < count; x++) yield delayed(Math.sqrt)(x);
}

const numbers = ({ numRows }: { numRows: number }) => Array.from({ length: numRows }, (_, i) => i);

const prepared = (run: () => Promise<number[]>): Prepared => ({
  run,
  columns: (result) => ({ root: result as number[] }),
});
