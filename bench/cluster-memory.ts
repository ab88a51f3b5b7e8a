/**
 * Measures the memory that a task on a Spark cluster takes beside the JVM, with one task that has all rows,
 * more of them than are worked on at once: they come sorted by key, and are cut where the key changes.
 *
 *   APPLY_PARALLEL_SPARK=PYTHON node --import tsx bench/cluster-memory.ts [gigabytes] [groups]
 *
 * PYTHON has pyspark[connect]. The program starts a server of its own and ends it. The memory is that of
 * Python and Node below the server, each page counted once (PSS), looked at every 50 ms.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { applyParallel, groupby, shutdown } from 'apply-parallel';
import { spark } from 'apply-parallel/spark';
import { startSpark } from '../test/cluster/real/support/spark-server.js';

/** Columns of eight bytes. */
const COLUMNS = 8;
const MB = 1024 ** 2;

const bytes = Number(process.argv[2] ?? 2) * 1024 ** 3;
const groups = Number(process.argv[3] ?? 2000);
const rows = Math.round(bytes / 8 / COLUMNS);

await using server = await startSpark({ driverMemory: '3g' });
await using cluster = await spark(server.url);
const values = Array.from({ length: COLUMNS - 1 }, (_, k) => `cast(id * ${k + 1} as double) as x${k}`);
const frame = cluster.sql(`select id % ${groups} as k, ${values.join(', ')} from range(${rows})`);

const sum = (group: { readonly x0: Float64Array }) => {
  const columns = Object.values(group);
  return { n: [columns[1].length], x: [group.x0.reduce((total, value) => total + value, 0)] };
};

let most = 0;
let parts = { python: 0, node: 0 };
const timer = setInterval(() => {
  const now = memoryBelow(server.pid);
  const total = now.python + now.node;
  if (total <= most) return;
  [most, parts] = [total, now];
}, 50);
const begun = performance.now();
const out = await applyParallel(groupby(frame, 'k'), sum, { input: 'columns', nJobs: 1 });
clearInterval(timer);
const total = [...(out.getChild('n') ?? [])].reduce((sum, n) => sum + n, 0);
if (total !== rows) throw new Error(`${total} of ${rows} rows`);
console.log(
  `${rows} rows, ${(bytes / MB).toFixed(0)} MB in one task, ${out.numRows} groups: ` +
    `${(most / MB).toFixed(0)} MB at most (Python ${(parts.python / MB).toFixed(0)}, Node ${(parts.node / MB).toFixed(0)}), ` +
    `${((performance.now() - begun) / 1000).toFixed(0)} s`,
);
await shutdown();

/** Returns the bytes of Python and Node among the processes that descend from one. */
function memoryBelow(ancestor: number): { python: number; node: number } {
  const found = new Map<number, { readonly name: string; readonly parent: number }>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [, command, parent] = /\((.*)\) \w (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
      found.set(Number(name), { name: command, parent: Number(parent) });
    } catch {
      // It has ended meanwhile.
    }
  }
  const sum = { python: 0, node: 0 };
  for (const [pid, { name, parent }] of found) {
    const kind = /python/.test(name) ? 'python' : /node|MainThread/.test(name) ? 'node' : undefined;
    if (kind === undefined) continue;
    for (let at: number | undefined = parent; at !== undefined && at > 1; at = found.get(at)?.parent) {
      if (at !== ancestor) continue;
      sum[kind] += pssOf(pid);
      break;
    }
  }
  return sum;
}

function pssOf(pid: number): number {
  try {
    const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
