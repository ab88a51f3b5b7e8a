import { formatProgress, type ProgressStyle } from './format.js';
import type { GuardedStream } from './guarded-stream.js';
import type { ProgressDisplay, WorkProgress } from './types.js';
import { endsLine, watchWrites } from './watch-writes.js';

/** Shorter work shows no bar, which would only flash. */
const SHOW_AFTER_MS = 300;
const REDRAW_MS = 50;
const TICK_MS = 300;

/** Streams that show a bar. A second call at the same time stays silent until the first has ended. */
const occupied = new WeakSet<NodeJS.WriteStream>();

/** True while any bar writes: watchers ignore that. */
let isDrawing = false;

/** Returns a bar on the terminal's last line, which disappears when the call is over. */
export function createBar(out: GuardedStream): ProgressDisplay {
  const { stream } = out;
  const style = styleOf(process.env);
  let latest: WorkProgress | undefined;
  let reportedAt = 0;
  let drawnAt = 0;
  /** 0 while the bar is not on the screen. */
  let drawnLength = 0;
  let ticker: NodeJS.Timeout | undefined;
  let ended = false;
  /** True after other code has written a line without its end. */
  let isLineOpen = false;

  const put = (text: string) => {
    isDrawing = true;
    out.write(text);
    isDrawing = false;
  };
  const terminals = new Set([stream, process.stdout, process.stderr].filter(({ isTTY }) => isTTY));
  const unwatch = watchWrites(terminals, (chunk) => {
    if (isDrawing || chunk.length === 0) return;
    clear();
    isLineOpen = !endsLine(chunk);
  });

  // A terminal that was made narrower has wrapped the old line over several rows.
  const eraser = () => {
    const rowsAbove = Math.floor((drawnLength - 1) / columnsOf(stream));
    return `${rowsAbove > 0 ? `\x1b[${rowsAbove}A` : ''}\r\x1b[J`;
  };

  const draw = (now: number) => {
    if (ended || !latest || latest.isComplete || isLineOpen) return;
    // No report comes while a long group runs; the clock goes on.
    const progress = { ...latest, elapsedMs: latest.elapsedMs + (now - reportedAt) };
    if (!progress.isBlocking && (progress.elapsedMs < SHOW_AFTER_MS || now - drawnAt < REDRAW_MS)) return;
    if (drawnLength === 0) {
      if (occupied.has(stream)) return;
      occupied.add(stream);
    }
    const width = columnsOf(stream) - 1; // some terminals wrap at the last column
    const before = drawnLength > 0 ? eraser() : '';
    put(before + formatProgress(progress, width, style));
    drawnLength = Math.max(1, formatProgress(progress, width).length);
    drawnAt = now;
  };

  const tick = () => {
    const now = performance.now();
    if (now - drawnAt >= TICK_MS) draw(now);
  };

  const clear = () => {
    if (drawnLength === 0) return;
    put(eraser());
    drawnLength = 0;
    occupied.delete(stream);
  };

  return {
    update(progress) {
      if (ended) return;
      latest = progress;
      reportedAt = performance.now();
      ticker ??= setInterval(tick, TICK_MS).unref();
      if (progress.isComplete) clear();
      else draw(reportedAt);
    },
    end() {
      if (ended) return;
      clear();
      unwatch();
      ended = true;
      clearInterval(ticker);
      out.release();
    },
  };
}

function columnsOf(stream: NodeJS.WriteStream): number {
  return stream.columns > 0 ? stream.columns : 80;
}

function styleOf(env: NodeJS.ProcessEnv): ProgressStyle {
  return { colour: !env.NO_COLOR, unicode: hasUnicode(env) };
}

/** Guesses from the locale; on Windows from the terminals known to draw more than code page 437. */
function hasUnicode(env: NodeJS.ProcessEnv): boolean {
  if (process.platform === 'win32') return Boolean(env.WT_SESSION) || env.TERM_PROGRAM === 'vscode';
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || 'UTF-8';
  return env.TERM !== 'linux' && /utf-?8/i.test(locale);
}
