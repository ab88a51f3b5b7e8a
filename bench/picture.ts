/** Draws docs/images/benchmark.svg, the picture of the README, from the last runs of some cases. */
import { medianOf, type Run } from './runs.js';

interface Panel {
  readonly title: string;
  /** The case. */
  readonly name: string;
  /** The beginnings of the labels of the case's peers, with the words that the picture has for them. */
  readonly peers: readonly (readonly [label: string, shown: string])[];
}

const JOBLIB = ['Python original (joblib, all cores)', 'pandas + joblib, all cores'] as const;
const PANDAS = ['pandas groupby-apply, serial', 'pandas groupby.apply'] as const;
const POLARS = ['nodejs-polars partitionBy', 'nodejs-polars'] as const;
const DANFO = ['danfojs groupby-apply', 'danfojs'] as const;

const panels: readonly Panel[] = [
  {
    title: 'Sales: lags, rolling means, joins and encodings, from Parquet to Parquet',
    name: 'job-sales-parquet',
    peers: [
      ['this, all workers', 'apply-parallel'],
      ['pandas + joblib', 'pandas + joblib, all cores'],
    ],
  },
  {
    title: '3,000,000 flights in 229 groups, light function',
    name: 'flights-origin',
    peers: [['this, all workers', 'apply-parallel'], POLARS, PANDAS, JOBLIB],
  },
  {
    title: '200,000 rows in 20,000 groups, light function',
    name: 'small-groups',
    peers: [['this, all workers, columns', 'apply-parallel'], DANFO, POLARS, PANDAS, JOBLIB],
  },
  {
    title: '400 groups with 5 ms of arithmetic each',
    name: 'heavy-groups',
    peers: [['this, all workers', 'apply-parallel'], JOBLIB, PANDAS, POLARS, DANFO],
  },
  {
    title: '10,000 calls of a trivial function',
    name: 'calls',
    peers: [
      ['Parallel', 'apply-parallel'],
      ['joblib, all cores', 'joblib, all cores'],
      ['Piscina, one task per call', 'Piscina, a task per call'],
    ],
  },
];

/** Returns the medians of a panel's peers; undefined if one was not measured. */
function mediansOf({ name, peers }: Panel, runs: readonly Run[]): number[] | undefined {
  const run = runs.find((each) => each.name === name);
  const medians = peers.map(([label]) => medianOf(run, label));
  return medians.every((ms) => ms !== undefined) ? (medians as number[]) : undefined;
}

const WIDTH = 760;
const LINE = 22;
const LEFT = 196;
const LONGEST = 400;

/** One panel from `top` on, and where the next one begins. */
function drawPanel(panel: Panel, medians: number[], top: number): { svg: string; next: number } {
  const longest = Math.max(...medians);
  const bars = panel.peers.map(([, shown], k) => {
    const y = top + 14 + k * LINE;
    const width = Math.max(2, (medians[k] / longest) * LONGEST).toFixed(1);
    const ms = medians[k] < 100 ? medians[k].toFixed(1) : Math.round(medians[k]).toLocaleString('en-US');
    const times = k === 0 ? '' : ` (${(medians[k] / medians[0]).toPrecision(2)}×)`;
    return [
      `<text class="name" x="${LEFT - 8}" y="${y + 12}">${shown}</text>`,
      `<rect class="${k === 0 ? 'this' : 'peer'}" x="${LEFT}" y="${y}" width="${width}" height="16" rx="2"/>`,
      `<text x="${(LEFT + Number(width) + 6).toFixed(1)}" y="${y + 12}">${ms} ms${times}</text>`,
    ].join('');
  });
  const svg = [`<text class="title" x="20" y="${top + 4}">${panel.title}</text>`, ...bars].join('\n');
  return { svg, next: top + 14 + panel.peers.length * LINE + 24 };
}

/** The picture has a background of its own, so that it can be read whatever the page around it looks like. */
export function drawPicture(runs: readonly Run[]): string {
  let top = 32;
  const drawn = panels.flatMap((panel) => {
    const medians = mediansOf(panel, runs);
    if (!medians) return [];
    const { svg, next } = drawPanel(panel, medians, top);
    top = next;
    return [svg];
  });
  const height = top + 14;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Times of ${drawn.length} benchmarks; the numbers are in docs/performance.md">
<style>
text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
.title { font-weight: 600; font-size: 13px; }
.name { text-anchor: end; }
.card { fill: #ffffff; stroke: #d1d9e0; }
.this { fill: #1a7f37; }
.peer { fill: #9aa4af; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; }
.card { fill: #0d1117; stroke: #3d444d; }
.this { fill: #3fb950; }
.peer { fill: #6e7681; }
}
</style>
<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="6"/>
${drawn.join('\n')}
<text x="20" y="${height - 12}">Medians on 2 cores, Node 20, Python 3.11. Shorter is faster; every peer gave the same result.</text>
</svg>
`;
}
