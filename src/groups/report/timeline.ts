import { escapeHtml } from '../../util/index.js';
import { describeKey } from '../group-source.js';
import { axisTicks } from './axis-ticks.js';
import { time } from './describe.js';
import type { FailedAttempt, GroupRun, Report } from './types.js';

const WIDTH = 960;
const LEFT = 118;
const RIGHT = 20;
const TOP = 62;
const AXIS = 34;
/** Worker threads are few and get broad lanes; places in the event loop are many. */
const LANE = { most: 30, least: 10, all: 360 };
const CHARACTER = 6.6;

const BLUE = '#2f6fb5';
const RED = '#c8372d';
const PALE = '#eef1f5';
const GREY = '#66707c';

/** Workers take part in splitting and in writing files too, for which there are no bars. */
const LEGEND = 'blue: a group; pale: the worker waits, splits rows or writes results';

/**
 * Draws a lane for each worker, and in it a bar for each group from its begin to its end: the longer, the
 * darker.
 */
export function drawTimeline(report: Report): string {
  const { workers, elapsedMs, stages } = report;
  const timeline = [...report.timeline, ...report.retried.map(asRun)];
  const lane = Math.max(LANE.least, Math.min(LANE.most, LANE.all / workers));
  const bottom = TOP + workers * lane;
  const x = (ms: number) => LEFT + (ms / Math.max(elapsedMs, 1e-3)) * (WIDTH - LEFT - RIGHT);
  const longest = timeline.reduce((most, run) => Math.max(most, run.time), 1e-3);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${bottom + AXIS}" viewBox="0 0 ${WIDTH} ${bottom + AXIS}" role="img" aria-label="${title(report)}" font-family="system-ui, sans-serif" font-size="11">`,
    `<rect width="100%" height="100%" rx="6" fill="#fff"/>`,
    text(14, 24, title(report), 'font-size="14" fill="#1c2733"'),
    text(WIDTH - RIGHT, 24, LEGEND, `text-anchor="end" fill="${GREY}"`),
    ...drawStages(stages, x, bottom),
    ...Array.from({ length: workers }, (_, worker) => {
      const top = TOP + worker * lane;
      return [
        `<rect x="${LEFT}" y="${top + 1}" width="${WIDTH - LEFT - RIGHT}" height="${lane - 2}" fill="${PALE}"/>`,
        lane >= 11
          ? text(LEFT - 8, top + lane / 2 + 4, laneLabel(report, worker), `text-anchor="end" fill="${GREY}"`)
          : '',
        ...barsOf(timeline, worker, x).map((bar) => drawBar(bar, top, lane, longest)),
      ].join('');
    }),
    ...axisTicks(elapsedMs, 8).map((ms) => drawTick(ms, x(ms), bottom)),
    '</svg>',
  ];
  return parts.join('\n');
}

/** Returns a failed attempt as the run that it was, without rows of its own. */
const asRun = ({ key, index, worker, start, time, attempt }: FailedAttempt): GroupRun => ({
  key,
  index,
  worker,
  start,
  time,
  rowsIn: 0,
  rowsOut: 0,
  failed: true,
  attempts: attempt,
});

function title({ groups, workers, elapsedMs, failed }: Report): string {
  const workerCount = workers === 1 ? '1 worker' : `${workers} workers`;
  const failures = failed.length > 0 ? `, ${failed.length} failed` : '';
  return `${groups.toLocaleString('en')} group${groups === 1 ? '' : 's'}, ${workerCount}, ${time(elapsedMs)}${failures}`;
}

const laneLabel = ({ busy }: Report, worker: number): string =>
  `worker ${worker}, ${Math.round(busy[worker] * 100)} %`;

/** Draws the call's stages above the lanes, and lines where the apply stage begins and ends. */
function drawStages({ split, apply, combine }: Report['stages'], x: (ms: number) => number, bottom: number) {
  const named = [
    ['split', 0, split],
    ['apply', split, split + apply],
    ['combine', split + apply, split + apply + combine],
  ] as const;
  return named.map(([name, from, to]) => {
    const width = x(to) - x(from);
    const label = `${name} ${time(to - from)}`;
    const isFitting = width > label.length * CHARACTER;
    return [
      `<rect x="${round(x(from))}" y="40" width="${round(width)}" height="14" fill="${name === 'apply' ? '#dbe6f3' : '#e6e8eb'}"><title>${label}</title></rect>`,
      isFitting ? text(x(from) + width / 2, 51, label, `text-anchor="middle" fill="${GREY}"`) : '',
      `<line x1="${round(x(to))}" x2="${round(x(to))}" y1="40" y2="${bottom}" stroke="#fff"/>`,
    ].join('');
  });
}

/** A group, or several neighbours that are too short to be seen alone. */
interface Bar {
  readonly from: number;
  to: number;
  readonly runs: GroupRun[];
}

function barsOf(timeline: readonly GroupRun[], worker: number, x: (ms: number) => number): Bar[] {
  const runs = timeline
    .filter((run) => run.worker === worker && run.start >= 0)
    .toSorted((a, b) => a.start - b.start);
  const bars: Bar[] = [];
  for (const run of runs) {
    const [from, to] = [x(run.start), x(run.start + run.time)];
    const last = bars.at(-1);
    const isSame = last?.runs[0].failed === run.failed;
    if (last && isSame && to - from < 1.5 && last.to - last.from < 4 && from - last.to < 1) {
      last.to = Math.max(last.to, to);
      last.runs.push(run);
    } else bars.push({ from, to, runs: [run] });
  }
  return bars;
}

function drawBar({ from, to, runs }: Bar, top: number, lane: number, longest: number): string {
  const [first] = runs;
  const mean = runs.reduce((total, run) => total + run.time, 0) / runs.length;
  const opacity = 0.45 + 0.55 * Math.sqrt(mean / longest);
  const width = Math.max(to - from, 0.8);
  const key = describeKey(first.key);
  const what =
    runs.length === 1
      ? `${key}: ${time(first.time)}, ${first.rowsIn} rows in, ${first.failed ? 'failed' : `${first.rowsOut} out`}`
      : `${runs.length} groups from ${key} on, ${time(mean)} each`;
  const label =
    lane >= 16 && key.length * CHARACTER + 8 < width
      ? text(
          (from + to) / 2,
          top + lane / 2 + 4,
          key,
          'text-anchor="middle" fill="#fff" pointer-events="none"',
        )
      : '';
  return `<rect x="${round(from)}" y="${round(top + 2)}" width="${round(width)}" height="${round(lane - 4)}" fill="${first.failed ? RED : BLUE}" fill-opacity="${first.failed ? 1 : round(opacity)}" stroke="#fff" stroke-width="0.4"><title>${escapeHtml(what)}</title></rect>${label}`;
}

const drawTick = (ms: number, x: number, bottom: number): string =>
  `<line x1="${round(x)}" x2="${round(x)}" y1="${bottom}" y2="${bottom + 5}" stroke="${GREY}"/>${text(x, bottom + 18, ms === 0 ? '0' : ms >= 1000 ? `${round(ms / 1000)} s` : `${round(ms)} ms`, `text-anchor="middle" fill="${GREY}"`)}`;

const text = (x: number, y: number, content: string, attributes: string): string =>
  `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escapeHtml(content)}</text>`;

const round = (value: number): number => Math.round(value * 100) / 100;
