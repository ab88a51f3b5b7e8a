import { formatProgress, type ProgressStyle } from './format.js';
import type { ProgressDisplay } from './index.js';
import { endsLine, watchNeighbours } from './neighbours.js';
import type { GuardedStream } from './stream.js';
import type { Progress } from './types.js';

/** Work that is over sooner shows no bar: it would only flash. */
const SHOW_AFTER_MS = 300;
const REDRAW_MS = 50;
const TICK_MS = 300;

/** Streams on which a bar stands. A second call at the same time stays silent until the first has ended: one line, one bar. */
const occupied = new WeakSet<NodeJS.WriteStream>();

/** What is written now is a bar's own, whosever. */
let isDrawing = false;

/** A bar on the terminal's last line, gone without a trace when the call is over. */
export function createBar(out: GuardedStream, unit: string): ProgressDisplay {
  const { stream } = out;
  const style = { ...styleOf(process.env), unit };
  let latest: Progress | undefined;
  let reportedAt = 0;
  let drawnAt = 0;
  let drawnLength = 0; // 0: nothing of ours is on the screen
  let ticker: NodeJS.Timeout | undefined;
  let ended = false;
  /** Somebody else has written the beginning of a line. */
  let isLineOpen = false;

  const put = (text: string) => {
    isDrawing = true;
    out.write(text);
    isDrawing = false;
  };
  const terminals = new Set([stream, process.stdout, process.stderr].filter(({ isTTY }) => isTTY));
  const unwatch = watchNeighbours(terminals, (chunk) => {
    if (isDrawing || chunk.length === 0) return;
    clear();
    isLineOpen = !endsLine(chunk);
  });

  // A terminal made narrower since has wrapped the old line over several rows.
  const eraser = () => {
    const rowsAbove = Math.floor((drawnLength - 1) / columnsOf(stream));
    return `${rowsAbove > 0 ? `\x1b[${rowsAbove}A` : ''}\r\x1b[J`;
  };

  const draw = (now: number) => {
    if (ended || !latest || latest.done || isLineOpen) return;
    // While a long group runs no report comes in, but time goes on.
    const progress = { ...latest, elapsedMs: latest.elapsedMs + (now - reportedAt) };
    if (progress.elapsedMs < SHOW_AFTER_MS || now - drawnAt < REDRAW_MS) return;
    if (drawnLength === 0) {
      if (occupied.has(stream)) return;
      occupied.add(stream);
    }
    const width = columnsOf(stream) - 1; // the last column would make some terminals wrap
    const before = drawnLength > 0 ? eraser() : '';
    put(before + formatProgress(progress, width, style));
    drawnLength = Math.max(1, formatProgress(progress, width, { unit }).length);
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
      if (progress.done) clear();
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

/** Guessed the way terminals make possible: by locale, and on Windows by the terminals known to draw more than code page 437. */
function hasUnicode(env: NodeJS.ProcessEnv): boolean {
  if (process.platform === 'win32') return Boolean(env.WT_SESSION) || env.TERM_PROGRAM === 'vscode';
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || 'UTF-8';
  return env.TERM !== 'linux' && /utf-?8/i.test(locale);
}
