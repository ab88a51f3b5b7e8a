import { formatLine, formatStop } from './format.js';
import type { GuardedStream } from './guarded-stream.js';
import type { ProgressDisplay, WorkProgress } from './types.js';

const INTERVAL_MS = 2000;

/** Returns a display for logs: a line every two seconds at most, and one when the call is over. */
export function createLines(out: GuardedStream, verb: string): ProgressDisplay {
  let printedAt = 0;
  let latest: WorkProgress | undefined;
  let ended = false;
  const print = (line: string) => out.write(`${verb}: ${line}\n`);
  return {
    update(progress) {
      if (ended || latest?.isComplete) return;
      latest = progress;
      if (!progress.isComplete && progress.elapsedMs - printedAt < INTERVAL_MS) return;
      printedAt = progress.elapsedMs;
      print(formatLine(progress));
    },
    end() {
      if (ended) return;
      ended = true;
      if (latest && !latest.isComplete) print(formatStop(latest));
      out.release();
    },
  };
}
