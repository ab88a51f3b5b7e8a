import type { Progress } from '../options.js';
import { formatLine } from './format.js';
import type { ProgressDisplay } from './index.js';
import type { GuardedStream } from './stream.js';

const INTERVAL_MS = 2000;

/** For logs: a line every two seconds at most, and one when the call is over. */
export function createLines(out: GuardedStream, verb: string, unit: string): ProgressDisplay {
  let printedAt = 0;
  let latest: Progress | undefined;
  let ended = false;
  const print = (progress: Progress, prefix = '') =>
    out.write(`${verb}: ${prefix}${formatLine(progress, unit)}\n`);
  return {
    update(progress) {
      if (ended || latest?.done) return;
      latest = progress;
      if (!progress.done && progress.elapsedMs - printedAt < INTERVAL_MS) return;
      printedAt = progress.elapsedMs;
      print(progress);
    },
    end() {
      if (ended) return;
      ended = true;
      if (latest && !latest.done) print(latest, 'stopped at ');
      out.release();
    },
  };
}
