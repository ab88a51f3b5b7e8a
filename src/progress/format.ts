import type { Progress } from './types.js';

/** How a terminal may be drawn on. */
export interface ProgressStyle {
  /** Line-drawing characters; plain ASCII without. */
  unicode?: boolean;
  colour?: boolean;
  /** What is counted. */
  unit?: string;
}

const BAR_LEAST = 10;
const BAR_MOST = 30;

/**
 * One line for a terminal of `width` columns, never longer than that: a bar, the groups, and as much of rows, rate and time as
 * there is room for.
 */
export function formatProgress(progress: Progress, width: number, style: ProgressStyle = {}): string {
  const gap = '  ';
  const facts = factsToFit(progress, width, gap, style.unit);
  const text = facts.join(gap);
  const done = fractionDone(progress);
  const room = Math.min(BAR_MOST, width - text.length - gap.length);
  if (done === undefined || room < BAR_LEAST) return text.slice(0, Math.max(0, width));
  return drawBar(done, room, style) + gap + text;
}

/** How a call ended that was not done. */
export function formatStop(progress: Progress, unit = 'groups'): string {
  return `stopped at ${formatLine(progress, unit, false)}`;
}

/** One line for a log. */
export function formatLine(progress: Progress, unit = 'groups', saysWhatIsLeft = true): string {
  const { groups, groupsTotal, rows, rowsTotal, elapsedMs, done } = progress;
  const took = formatSeconds(elapsedMs);
  const hasRows = !Number.isNaN(rows);
  if (done) {
    const counts = [`${formatCount(groups)} ${unit}`, ...(hasRows ? [`${formatCount(rows)} rows`] : [])];
    return [...counts, `${took} s`].join(', ');
  }
  const left = saysWhatIsLeft ? timeLeft(progress) : undefined;
  return [
    `${ofTotal(groups, groupsTotal, ' of ')} ${unit}`,
    ...(hasRows ? [`${ofTotal(rows, rowsTotal, ' of ')} rows`] : []),
    `${took} s`,
    ...(left === undefined ? [] : [`about ${formatSeconds(left)} s left`]),
  ].join(', ');
}

/** The facts to show, in reading order: whatever matters least goes first when the line would be too long. */
function factsToFit(progress: Progress, width: number, gap: string, unit = 'groups'): string[] {
  const { groups, groupsTotal, rows, rowsTotal, elapsedMs } = progress;
  const left = timeLeft(progress);
  const rate = rows > 0 && elapsedMs > 0 ? (rows / elapsedMs) * 1000 : undefined;
  const facts = [
    { text: `${ofTotal(groups, groupsTotal, '/')} ${unit}`, worth: 5 },
    { text: Number.isNaN(rows) ? '' : `${ofTotal(rows, rowsTotal, '/')} rows`, worth: 1 },
    { text: rate === undefined ? '' : `${formatCount(rate)} rows/s`, worth: 2 },
    { text: formatClock(elapsedMs), worth: 3 },
    { text: left === undefined ? '' : `${formatClock(left)} left`, worth: 4 },
  ].filter((fact) => fact.text !== '');

  const bar = fractionDone(progress) === undefined ? 0 : BAR_LEAST + gap.length;
  const length = () => facts.reduce((sum, fact) => sum + fact.text.length + gap.length, -gap.length);
  while (facts.length > 1 && bar + length() > width) {
    const least = Math.min(...facts.map((fact) => fact.worth));
    facts.splice(
      facts.findIndex((fact) => fact.worth === least),
      1,
    );
  }
  return facts.map((fact) => fact.text);
}

function drawBar(done: number, width: number, { unicode = false, colour = false }: ProgressStyle): string {
  const [start, full, empty, end] = unicode ? ['', '━', '─', ''] : ['[', '#', '-', ']'];
  const cells = width - start.length - end.length;
  const filled = Math.floor(done * cells);
  const before = full.repeat(filled);
  const after = empty.repeat(cells - filled);
  return start + (colour ? `\x1b[32m${before}\x1b[39m\x1b[2m${after}\x1b[22m` : before + after) + end;
}

/** Between 0 and 1; by rows where they are known, since groups differ in size. `undefined` when no total is known. */
export function fractionDone({ groups, groupsTotal, rows, rowsTotal }: Progress): number | undefined {
  const [part, total] = isKnown(rowsTotal) ? [rows, rowsTotal] : [groups, groupsTotal];
  return isKnown(total) ? Math.min(1, Math.max(0, part / total)) : undefined;
}

function timeLeft(progress: Progress): number | undefined {
  const done = fractionDone(progress);
  return done === undefined || done === 0 ? undefined : (progress.elapsedMs / done) * (1 - done);
}

/** A call over an iterable may not know its totals. */
function isKnown(total: number): boolean {
  return Number.isFinite(total) && total > 0;
}

function ofTotal(part: number, total: number, separator: string): string {
  return isKnown(total) ? formatCount(part) + separator + formatCount(total) : formatCount(part);
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

function formatCount(count: number): string {
  return count < 10_000 ? String(Math.round(count)) : compact.format(count);
}

function formatSeconds(ms: number): string {
  const seconds = ms / 1000;
  return seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds));
}

/** 0:07, 12:30, 1:02:05 */
function formatClock(ms: number): string {
  const total = Math.round(ms / 1000);
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
