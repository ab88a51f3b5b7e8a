import { type HtmlDisplay, notebookDisplay } from '../util/index.js';
import { formatLine, formatStop, fractionDone } from './format.js';
import type { ProgressDisplay, WorkProgress } from './types.js';

/** Shorter work shows only how it ended. */
const SHOW_AFTER_MS = 300;
const TICK_MS = 500;

type State = 'running' | 'done' | 'stopped';

/**
 * Returns a bar below the cell, redrawn in place. It stays when the call is over, and says how much was done.
 */
export function createNotebookBar(): ProgressDisplay {
  let display: HtmlDisplay | undefined;
  let latest: WorkProgress | undefined;
  let reportedAt = 0;
  let ticker: NodeJS.Timeout | undefined;
  let ended = false;

  const draw = (state: State) => {
    if (!latest) return;
    // No report comes while a long group runs; the clock goes on.
    const since = state === 'done' ? 0 : performance.now() - reportedAt;
    const progress = { ...latest, elapsedMs: latest.elapsedMs + since };
    if (state === 'running' && !progress.isBlocking && progress.elapsedMs < SHOW_AFTER_MS) return;
    try {
      display ??= notebookDisplay();
      display?.html(barHtml(progress, state));
    } catch {
      // A kernel that is closing may refuse.
    }
  };

  return {
    update(progress) {
      if (ended || latest?.isComplete) return;
      latest = progress;
      reportedAt = performance.now();
      ticker ??= setInterval(() => draw('running'), TICK_MS).unref();
      if (!progress.isComplete) return draw('running');
      clearInterval(ticker);
      draw('done');
    },
    end() {
      if (ended) return;
      ended = true;
      clearInterval(ticker);
      if (latest && !latest.isComplete) draw('stopped');
    },
  };
}

const COLOURS = { running: '#3b82c4', done: '#3f9b57', stopped: '#c2543d' } as const;

/** Uses greys with an alpha value and no text colour, so that it is readable on white and on dark pages. */
function barHtml(progress: WorkProgress, state: State): string {
  const done = state === 'done' ? 1 : (fractionDone(progress) ?? 0);
  const text = state === 'stopped' ? formatStop(progress) : formatLine(progress);
  return (
    '<div style="display:flex;align-items:center;gap:12px;padding:2px 0;font-size:13px">' +
    '<div style="flex:none;width:220px;height:8px;border-radius:4px;overflow:hidden;' +
    'background:rgba(128,128,128,0.25)">' +
    `<div style="width:${(done * 100).toFixed(1)}%;height:100%;background:${COLOURS[state]}"></div></div>` +
    `<div style="font-variant-numeric:tabular-nums;white-space:nowrap">${text}</div></div>`
  );
}
