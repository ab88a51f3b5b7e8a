import type { Count, WorkProgress } from './types.js';

/** How a terminal may be drawn on. */
export interface ProgressStyle {
  /** Line-drawing characters; plain ASCII without. */
  unicode?: boolean;
  colour?: boolean;
}

const BAR_LEAST = 10;
const BAR_MOST = 30;

/**
 * Returns one line for a terminal, never longer than `width` columns: a bar, the items, and as much of rows,
 * rate and time as there is room for.
 */
export function formatProgress(progress: WorkProgress, width: number, style: ProgressStyle = {}): string {
  const gap = '  ';
  const facts = factsToFit(progress, width, gap);
  const text = facts.join(gap);
  const done = fractionDone(progress);
  const room = Math.min(BAR_MOST, width - text.length - gap.length);
  if (done === undefined || room < BAR_LEAST) return text.slice(0, Math.max(0, width));
  return drawBar(done, room, style) + gap + text;
}

/** Returns the line that says how far work came that did not end well. */
export function formatStop(progress: WorkProgress): string {
  return `stopped at ${formatLine(progress, false)}`;
}

/** Returns one line for a log. */
export function formatLine(progress: WorkProgress, showsTimeLeft = true): string {
  const { unit, done, rows, bytes, elapsedMs, isComplete } = progress;
  const took = formatSeconds(elapsedMs);
  if (isComplete) {
    const counts = [`${formatCount(done)} ${unit}`, ...(rows ? [`${formatCount(rows.done)} rows`] : [])];
    return [...counts, ...(bytes ? [formatBytes(bytes.done)] : []), `${took} s`].join(', ');
  }
  if (showsTimeLeft && progress.waitsFor !== undefined) return `${progress.waitsFor}, ${took} s`;
  const left = showsTimeLeft ? timeLeft(progress) : undefined;
  return [
    `${ofTotal(progress, ' of ')} ${unit}`,
    ...(rows ? [`${ofTotal(rows, ' of ')} rows`] : []),
    ...(bytes ? [`${formatBytes(bytes.done)} of ${formatBytes(bytes.total)}`] : []),
    `${took} s`,
    ...(left === undefined ? [] : [`about ${formatSeconds(left)} s left`]),
  ].join(', ');
}

/**
 * Returns the facts to show, in reading order. The least important go first when the line would be too long.
 */
function factsToFit(progress: WorkProgress, width: number, gap: string): string[] {
  const { unit, rows, bytes, elapsedMs, waitsFor } = progress;
  if (waitsFor !== undefined) return [waitsFor, formatClock(elapsedMs)];
  const left = timeLeft(progress);
  const rate = rows && rows.done > 0 && elapsedMs > 0 ? (rows.done / elapsedMs) * 1000 : undefined;
  const facts = [
    { text: `${ofTotal(progress, '/')} ${unit}`, worth: 5 },
    { text: rows ? `${ofTotal(rows, '/')} rows` : '', worth: 1 },
    { text: bytes ? `${formatBytes(bytes.done)}/${formatBytes(bytes.total)}` : '', worth: 1.5 },
    { text: rate === undefined || rate < 1 ? '' : `${formatCount(rate)} rows/s`, worth: 2 },
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

/**
 * Returns a number from 0 to 1, by rows where they are known since groups differ in size; undefined without a
 * total.
 */
export function fractionDone(progress: WorkProgress): number | undefined {
  const { done, total } = progress.rows && isKnown(progress.rows.total) ? progress.rows : progress;
  return isKnown(total) ? Math.min(1, Math.max(0, done / total)) : undefined;
}

function timeLeft(progress: WorkProgress): number | undefined {
  const done = fractionDone(progress);
  const { elapsedMs, beforeMs = 0 } = progress;
  return done === undefined || done === 0 ? undefined : ((elapsedMs - beforeMs) / done) * (1 - done);
}

/** A call over an iterable may have no total. */
function isKnown(total: number): boolean {
  return Number.isFinite(total) && total > 0;
}

function ofTotal({ done, total }: Count, separator: string): string {
  return isKnown(total) ? formatCount(done) + separator + formatCount(total) : formatCount(done);
}

/** Made when it is needed: the first one of a program takes ten milliseconds. */
let compact: Intl.NumberFormat | undefined;

/** Returns a count as people read it: 950, 3.1M. */
export function formatCount(count: number): string {
  if (count < 10_000) return String(Math.round(count));
  compact ??= new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
  return compact.format(count);
}

function formatBytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

function formatSeconds(ms: number): string {
  const seconds = ms / 1000;
  return seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds));
}

/** Returns 0:07, 12:30 or 1:02:05. */
function formatClock(ms: number): string {
  const total = Math.round(ms / 1000);
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
