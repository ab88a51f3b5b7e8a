import { formatLine, formatStop } from './format.js';
import type { ProgressDisplay } from './index.js';
import type { GuardedStream } from './stream.js';
import type { Progress } from './types.js';

const INTERVAL_MS = 2000;

/** For logs: a line every two seconds at most, and one when the call is over. */
export function createLines(out: GuardedStream, verb: string, unit: string): ProgressDisplay {
  let printedAt = 0;
  let latest: Progress | undefined;
  let ended = false;
  const print = (line: string) => out.write(`${verb}: ${line}\n`);
  return {
    update(progress) {
      if (ended || latest?.done) return;
      latest = progress;
      if (!progress.done && progress.elapsedMs - printedAt < INTERVAL_MS) return;
      printedAt = progress.elapsedMs;
      print(formatLine(progress, unit));
    },
    end() {
      if (ended) return;
      ended = true;
      if (latest && !latest.done) print(formatStop(latest, unit));
      out.release();
    },
  };
}
