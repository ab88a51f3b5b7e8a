/**
 * Compares calls on a Spark cluster with Spark's own ways, in turns on one server, and with Spark's floor:
 * reading, bringing rows of a key together, and counting.
 *
 *   APPLY_PARALLEL_SPARK=PYTHON node --import tsx bench/cluster.ts [rounds]
 *
 * PYTHON has pyspark[connect], pyarrow and pandas.
 *
 * It starts a server of its own on two cores and ends it. `ms` is the time on the wall, `cpu` the processor
 * time of the server and all that it started, of this process and of the client in Python: other programs
 * change that little.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Table } from 'apache-arrow';
import { applyParallel, groupby, load, shutdown } from 'apply-parallel';
import { spark } from 'apply-parallel/spark';
import { startSpark } from '../test/cluster/real/support/spark-server.js';
import { median } from './stats.js';

interface Flights {
  readonly delay: BigInt64Array;
  readonly distance: BigInt64Array;
}

const aggregate = ({ delay, distance }: Flights, { key }: { key: unknown }) => {
  let [delays, distances, late] = [0n, 0n, 0];
  for (let row = 0; row < delay.length; row++) {
    delays += delay[row];
    distances += distance[row];
    if (delay[row] > 0n) late++;
  }
  return {
    key: [String(key)],
    n: Int32Array.of(delay.length),
    delay: BigInt64Array.of(delays),
    distance: BigInt64Array.of(distances),
    late: Int32Array.of(late),
  };
};

const rounds = Number(process.argv[2] ?? 5);
const file = fileURLToPath(new URL('../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url));
await using server = await startSpark({ conf: { 'spark.sql.session.timeZone': 'UTC' } });
await using cluster = await spark(server.url);
const table = (await load(file)) as Table;
const flights = cluster.read(file);
const small = cluster.sql('select id % 3 as k, cast(id as double) as x from range(10)');

const script = fileURLToPath(new URL('peers/cluster.py', import.meta.url));
const python = spawn(process.env.APPLY_PARALLEL_SPARK as string, [script, server.url, file], {
  stdio: ['pipe', 'pipe', 'ignore'],
});
const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
await lines.next();
const peer = (keys: string, how: string) => async () => {
  python.stdin.write(`${keys} ${how}\n`);
  const { rows } = JSON.parse((await lines.next()).value as string) as { rows: number };
  return rows;
};

/** What a call takes for the whole flights, or for ten rows. */
type Entrant = () => Promise<number>;
const rowsOf = async (running: Promise<Table>) => (await running).numRows;
const sum = ({ x }: { x: Float64Array }) => ({ s: [x.reduce((total, value) => total + value, 0)] });
const entrants: { [name: string]: Entrant } = {};
for (const [name, keys] of [
  ['origin', ['origin']],
  ['pair', ['origin', 'destination']],
] as const) {
  const text = keys.join();
  entrants[`${name}: threads here`] = () =>
    rowsOf(
      applyParallel(groupby(table, [...keys]), aggregate as never, { input: 'columns' }) as Promise<Table>,
    );
  entrants[`${name}: this package on the cluster`] = () =>
    rowsOf(
      applyParallel(groupby(flights, [...keys]), aggregate as never, { input: 'columns' }) as Promise<Table>,
    );
  entrants[`${name}: Spark's floor`] = peer(text, 'floor');
  entrants[`${name}: applyInArrow`] = peer(text, 'arrow');
  entrants[`${name}: applyInPandas`] = peer(text, 'pandas');
}
entrants['ten rows: this package on the cluster'] = () =>
  rowsOf(applyParallel(groupby(small, 'k'), sum, { input: 'columns' }));
entrants['ten rows: applyInArrow'] = peer('k', 'small');

const taken = new Map<string, { readonly ms: number[]; readonly cpu: number[] }>();
for (let round = -1; round < rounds; round++) {
  for (const [name, run] of Object.entries(entrants)) {
    const before = processorTime();
    const begun = performance.now();
    await run();
    if (round < 0) continue;
    const { ms, cpu } = taken.get(name) ?? { ms: [], cpu: [] };
    ms.push(performance.now() - begun);
    cpu.push(processorTime() - before);
    taken.set(name, { ms, cpu });
  }
}
for (const [name, { ms, cpu }] of taken) {
  console.log(
    `${name.padEnd(40)} ${median(ms).toFixed(0).padStart(7)} ms ${median(cpu).toFixed(0).padStart(7)} cpu`,
  );
}
// Its session ends while the server still answers.
const ended = once(python, 'exit');
python.stdin.end();
await ended;
await shutdown();

/**
 * Returns the milliseconds of processor time of this process, the server and the client in Python, with all
 * they started.
 */
function processorTime(): number {
  const found = new Map<number, { readonly parent: number; readonly ticks: number }>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1].split(' ').map(Number);
      const [user, system, usersChildren, systemsChildren] = fields.slice(11, 15);
      found.set(Number(name), { parent: fields[1], ticks: user + system + usersChildren + systemsChildren });
    } catch {
      // It has ended meanwhile.
    }
  }
  let ticks = 0;
  for (const [pid, each] of found) {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = found.get(at)?.parent) {
      if (at !== process.pid) continue;
      ticks += each.ticks;
      break;
    }
  }
  return ticks * 10;
}
