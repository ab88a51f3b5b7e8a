/**
 * `npm run bench:publish`: makes of bench/results/latest.json the picture of the README, the tables of
 * docs/performance.md and bench/results/latest.md. `npm run bench` ends with it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drawPicture } from './picture.js';
import { formatNumber, report, table } from './report.js';
import { medianOf, type Run, readRuns, timeOf } from './runs.js';

const root = new URL('..', import.meta.url);

/** Peers of calls on groups: the beginning of their labels, and their column. */
const PEERS = [
  ['this, 1 worker', 'one worker'],
  ['this, the default of nJobs', 'default nJobs'],
  ['Python original (joblib', 'pandas + joblib'],
  ['pandas groupby-apply', 'pandas'],
  ['nodejs-polars partitionBy', 'nodejs-polars'],
  ['danfojs groupby-apply', 'danfojs'],
  ['naive Node (Piscina', 'Piscina by hand'],
] as const;

/** Case -> its row in the table of groups; what follows the colon is the form that is shown. */
const GROUPS: readonly (readonly [name: string, row: string, form?: string])[] = [
  ['flights-origin', '3M flights by origin, light function'],
  ['flights-route', '3M flights by route, 5,000 groups'],
  ['small-groups', '20,000 groups of 10 rows, columns form', 'columns'],
  ['small-groups', 'the same, functions on Arrow tables', 'arrow'],
  ['heavy-groups', '400 groups of 5 ms of arithmetic'],
  ['danfo', 'danfojs: 200,000 rows in 100 groups'],
  ['danfo-small-groups', 'danfojs: 20,000 rows in 2,000 groups'],
  ['tiny', 'one group of 10 rows'],
];

/** Writes everything that is made of the last runs. */
export function publish(): void {
  const runs = readRuns();
  const write = (path: string, text: string) => writeFileSync(new URL(path, root), text);
  write('docs/images/benchmark.svg', drawPicture(runs));
  write('bench/results/latest.md', `${report(runs, runs[0].machine, { showsGoals: false })}\n`);
  const page = readFileSync(new URL('docs/performance.md', root), 'utf8');
  write('docs/performance.md', withTablesOf(runs, page));
}

/** Returns docs/performance.md with the tables of these runs. */
export const withTablesOf = (runs: readonly Run[], page: string): string =>
  withTables(page, { groups: groupsTable(runs), others: othersTable(runs) });

/** Replaces what stands between `<!-- bench: NAME -->` and `<!-- /bench -->`. */
function withTables(page: string, tables: { readonly [name: string]: string }): string {
  return page.replace(
    /(<!-- bench: (\w+) -->\n)[\s\S]*?(<!-- \/bench -->)/g,
    (_, start: string, name: string, end: string) => `${start}\n${tables[name]}\n\n${end}`,
  );
}

function groupsTable(runs: readonly Run[]): string {
  const header = ['', 'apply-parallel', ...PEERS.map(([, column]) => column)];
  const lines = GROUPS.flatMap(([name, row, form]) => {
    const run = runs.find((each) => each.name === name);
    const of = form ? `, ${form}` : '';
    const base = medianOf(run, `this, all workers${of}`);
    if (base === undefined) return [];
    const ratios = PEERS.map(([label]) => {
      const own = label.startsWith('this') ? `${label}${of}` : label;
      return times(medianOf(run, own), base);
    });
    return [[row, `${formatNumber(base)} ms`, ...ratios]];
  });
  return table([header, ...lines]);
}

/** All other cases: their first way, and how many times as long the others took. */
function othersTable(runs: readonly Run[]): string {
  const shown = new Set(GROUPS.map(([name]) => name));
  const lines = runs.flatMap(({ name, title, outcomes: [first, ...others] }) => {
    const base = timeOf(first);
    if (shown.has(name) || base === undefined || name === 'stages') return [];
    const ratios = others.flatMap((outcome) => {
      const ratio = times(timeOf(outcome), base);
      return ratio === '' || outcome.label.startsWith('of that') ? [] : [`${outcome.label}: ${ratio}`];
    });
    return [`| ${title} | ${first.label}: ${formatNumber(base)} ms | ${ratios.join('<br>')} |`];
  });
  return ['| | this package | how many times as long others took |', '|---|---|---|', ...lines].join('\n');
}

const times = (ms: number | undefined, base: number): string =>
  ms === undefined ? '' : `${ms / base >= 10 ? Math.round(ms / base) : (ms / base).toPrecision(2)}×`;

if (process.argv[1] === fileURLToPath(import.meta.url)) publish();
