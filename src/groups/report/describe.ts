import { describeKey } from '../group-source.js';
import type { Report } from './types.js';

const LONGEST = 3;
const MOST_NAMED = 8;

/** Returns a report in a few lines. */
export function describeReport(report: Report): string {
  const { groups, rowsIn, rowsOut, elapsedMs, stages, workers, busy, timeline, failed, retried } = report;
  const because = report.workersBecause === undefined ? '' : ` (${report.workersBecause})`;
  const known = report.cached > 0 ? `, ${report.cached.toLocaleString('en')} from the cache` : '';
  const lines = [
    `${count(groups, 'group')}${known}, ${count(rowsIn, 'row')} in, ${count(rowsOut, 'row')} out, ${time(elapsedMs)}`,
    `split ${time(stages.split)}, apply ${time(stages.apply)}, combine ${time(stages.combine)}`,
    `${count(workers, 'worker')}${because}, busy ${describeBusy(busy)}`,
  ];
  const longest = timeline.toSorted((a, b) => b.time - a.time).slice(0, LONGEST);
  if (groups > 1) {
    lines.push(`longest: ${longest.map((run) => `${describeKey(run.key)} ${time(run.time)}`).join(', ')}`);
  }
  if (retried.length > 0) {
    const again = new Set(retried.map(({ index }) => index)).size;
    lines.push(`run again: ${count(again, 'group')}, ${count(retried.length, 'failed attempt')}`);
  }
  if (failed.length > 0) {
    const keys = failed.slice(0, LONGEST).map(({ key }) => describeKey(key));
    lines.push(`failed: ${failed.length} (${keys.join(', ')}${failed.length > LONGEST ? ', …' : ''})`);
  }
  return lines.join('\n');
}

/** Returns the share of each worker, or their range if there are many. */
function describeBusy(busy: readonly number[]): string {
  const percent = (part: number) => `${Math.round(part * 100)} %`;
  if (busy.length <= MOST_NAMED) return busy.map(percent).join(', ');
  const mean = busy.reduce((sum, part) => sum + part, 0) / busy.length;
  return `${percent(Math.min(...busy))} to ${percent(Math.max(...busy))}, ${percent(mean)} on average`;
}

const count = (n: number, what: string): string => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;

/** Returns 0.4 ms, 12 ms or 1.25 s. */
export function time(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
}
