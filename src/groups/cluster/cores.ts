import type { Session } from '../../cluster/inside.js';
import { oncePer } from '../../util/index.js';

/** Cores of a cluster whose settings do not tell. */
const FEW_CORES = 8;

/** Returns how many cores the executors of a cluster have together, as far as its settings tell. */
export const coresOf = oncePer(async (session: Session): Promise<number> => {
  const names = [
    'spark.master',
    'spark.default.parallelism',
    'spark.executor.instances',
    'spark.executor.cores',
  ];
  const config = await session.getConfig(...names);
  const [master = '', parallelism, instances, each] = names.map((name) => config[name]);
  const [, threads] = /^local\[(\d+)/.exec(master) ?? [];
  const [, workers, perWorker] = /^local-cluster\[\s*(\d+)\s*,\s*(\d+)/.exec(master) ?? [];
  const known = [
    Number(threads),
    Number(workers) * Number(perWorker),
    Number(instances) * Number(each ?? 1),
    Number(parallelism),
  ].find((number) => number > 0);
  return known ?? FEW_CORES;
});
