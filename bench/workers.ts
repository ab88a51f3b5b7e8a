/**
 * `node --expose-gc --import tsx bench/workers.ts [part of a case's name] [--rounds N] [--share S]`: whether
 * the default of nJobs is as fast as the better of one thread and all. Every case of this package runs in a
 * process of its own, where the three settings take turns; given are medians, and the better of one and all
 * divided by the default. 0.9 and above is meant.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { Table } from 'apache-arrow';
import { parallelConfig } from 'apply-parallel';
import { built } from './built.js';
import { cases } from './cases/index.js';
import { ours } from './peers/ours.js';
import { median, rotate } from './stats.js';
import type { ApplyCase, Form, MakeTable, Prepared, StageCase } from './types.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '7' },
    share: { type: 'string', default: '1' },
    child: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const SETTINGS = { default: undefined, one: 1, all: -1 } as const;
type Setting = keyof typeof SETTINGS;
const names = Object.keys(SETTINGS) as Setting[];
/** The least time that one measurement takes: short calls are repeated. */
const LEAST_MS = 20;
/** The cases of single stages that are calls on groups, which take the number of workers from a default. */
const WITH_GROUPS = ['transform', 'by-day'];

/** A case and the way in which it is done: a form of the groups, or a stage. */
interface Entry {
  readonly name: string;
  readonly data: MakeTable;
  readonly make: (table: Table, nJobs: number | undefined) => Promise<Prepared>;
}

const chosen = cases
  .filter(({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)))
  .flatMap((each): Entry[] => {
    if (each.kind === 'apply') return (Object.keys(each.ours) as Form[]).map((form) => ofForm(each, form));
    return each.kind === 'stage' && WITH_GROUPS.includes(each.name) ? ofStages(each) : [];
  });

function ofForm(benchCase: ApplyCase, form: Form): Entry {
  const { name, data } = benchCase;
  return { name: `${name}, ${form}`, data, make: (table, nJobs) => ours(benchCase, table, { form, nJobs }) };
}

/** The stages of a case that are calls, not groupings alone. */
function ofStages({ name, data, keys, stages }: StageCase): Entry[] {
  const calls = Object.entries(stages).filter(([stage]) => !stage.startsWith('groups of'));
  return calls.map(([stage, prepare]) => ({
    name: `${name}, ${stage}`,
    data,
    make: async (table, nJobs) => {
      const prepared = await prepare(table, keys);
      return nJobs === undefined
        ? prepared
        : { ...prepared, run: () => parallelConfig({ nJobs }, () => prepared.run()) };
    },
  }));
}

if (values.child !== undefined) await measure(values.child);
else printAll();

function printAll(): void {
  console.log('| case | default, ms | one thread | all | better of one and all / default |');
  console.log('|---|---:|---:|---:|---:|');
  const shares: number[] = [];
  for (const { name: child } of chosen) {
    const own = process.argv.slice(2);
    const args = ['--expose-gc', built('workers.ts'), '--child', child, ...own];
    const { stdout, status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const times: Record<Setting, number> = JSON.parse(stdout);
    const share = Math.min(times.one, times.all) / times.default;
    shares.push(share);
    const cells = names.map((name) => times[name].toFixed(2));
    console.log(`| ${child} | ${cells.join(' | ')} | ${share.toFixed(2)} |`);
  }
  console.log(`\nthe least: ${Math.min(...shares).toFixed(2)}, the median: ${median(shares).toFixed(2)}`);
}

/** Prints the median time of each setting, in one process. */
async function measure(child: string): Promise<void> {
  const found = chosen.find(({ name }) => name === child);
  if (found === undefined) throw new Error(`No case ${child}`);
  const table = await found.data(Number(values.share));
  const all: { readonly name: Setting; readonly prepared: Prepared; readonly times: number[] }[] = [];
  for (const name of names) {
    all.push({ name, prepared: await found.make(table, SETTINGS[name]), times: [] });
  }
  const time = async ({ prepared }: (typeof all)[number], repeat: number) => {
    globalThis.gc?.();
    const begin = performance.now();
    for (let k = 0; k < repeat; k++) await prepared.run();
    return (performance.now() - begin) / repeat;
  };
  let repeat = 1;
  for (let warm = 0; warm < 3; warm++) {
    for (const each of all) {
      const ms = await time(each, warm === 0 ? 1 : repeat);
      if (warm > 0) repeat = Math.max(repeat, Math.min(200, Math.ceil(LEAST_MS / ms)));
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const each of rotate(all, round)) each.times.push(await time(each, repeat));
  }
  console.log(JSON.stringify(Object.fromEntries(all.map(({ name, times }) => [name, median(times)]))));
  process.exit();
}
