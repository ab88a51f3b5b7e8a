import { type HtmlDisplay, notebookDisplay } from '../util/index.js';
import { formatLine, formatStop, fractionDone } from './format.js';
import type { ProgressDisplay } from './index.js';
import type { Progress } from './types.js';

/** Work that is over sooner shows only how it ended. */
const SHOW_AFTER_MS = 300;
const TICK_MS = 500;

type State = 'running' | 'done' | 'stopped';

/** A bar below the cell, redrawn in place. When the call is over it stays, and says what was done. */
export function createNotebookBar(unit: string): ProgressDisplay {
  let display: HtmlDisplay | undefined;
  let latest: Progress | undefined;
  let reportedAt = 0;
  let ticker: NodeJS.Timeout | undefined;
  let ended = false;

  const draw = (state: State) => {
    if (!latest) return;
    // While a long group runs no report comes in, but time goes on.
    const since = state === 'done' ? 0 : performance.now() - reportedAt;
    const progress = { ...latest, elapsedMs: latest.elapsedMs + since };
    if (state === 'running' && progress.elapsedMs < SHOW_AFTER_MS) return;
    try {
      display ??= notebookDisplay();
      display?.html(barHtml(progress, state, unit));
    } catch {
      // A kernel that is closing has no one to show it to.
    }
  };

  return {
    update(progress) {
      if (ended || latest?.done) return;
      latest = progress;
      reportedAt = performance.now();
      ticker ??= setInterval(() => draw('running'), TICK_MS).unref();
      if (!progress.done) return draw('running');
      clearInterval(ticker);
      draw('done');
    },
    end() {
      if (ended) return;
      ended = true;
      clearInterval(ticker);
      if (latest && !latest.done) draw('stopped');
    },
  };
}

const COLOURS = { running: '#3b82c4', done: '#3f9b57', stopped: '#c2543d' } as const;

/** Greys with an alpha value, and no colour for the text: it must be readable on a white page as on a dark one. */
function barHtml(progress: Progress, state: State, unit: string): string {
  const done = state === 'done' ? 1 : (fractionDone(progress) ?? 0);
  const text = state === 'stopped' ? formatStop(progress, unit) : formatLine(progress, unit);
  return (
    '<div style="display:flex;align-items:center;gap:12px;padding:2px 0;font-size:13px">' +
    '<div style="flex:none;width:220px;height:8px;border-radius:4px;overflow:hidden;background:rgba(128,128,128,0.25)">' +
    `<div style="width:${(done * 100).toFixed(1)}%;height:100%;background:${COLOURS[state]}"></div></div>` +
    `<div style="font-variant-numeric:tabular-nums;white-space:nowrap">${text}</div></div>`
  );
}
