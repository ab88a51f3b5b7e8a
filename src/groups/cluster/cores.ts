import type { Session } from '../../cluster/inside.js';

/** Cores of a cluster whose settings do not tell. */
const FEW_CORES = 8;

const cores = new WeakMap<Session, Promise<number>>();

/** Returns how many cores the executors of a cluster have together, as far as its settings tell. */
export function coresOf(session: Session): Promise<number> {
  let found = cores.get(session);
  if (found === undefined) {
    found = findCores(session);
    cores.set(session, found);
    found.catch(() => cores.delete(session));
  }
  return found;
}

async function findCores(session: Session): Promise<number> {
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
}
